import QtQuick
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

// The dialogs of the whole window.
Item {
    id: dialogs

    required property AppViewModel app
    readonly property alias sheet: sheetDialog

    signal closeAnyway

    function openSettings() {
        settingsDialog.open();
    }
    function toggleSheet() {
        sheetDialog.visible ? sheetDialog.close() : sheetDialog.open();
    }
    function askUnsaved() {
        unsavedDialog.open();
    }
    function askLink(link: string) {
        linkDialog.ask(link);
    }
    function openModel() {
        fileDialog.open();
    }

    SettingsDialog {
        id: settingsDialog
        objectName: "settingsDialog"
        app: dialogs.app
        onShortcutsRequested: sheetDialog.open()
    }
    ShortcutSheet {
        id: sheetDialog
    }
    UnsavedDialog {
        id: unsavedDialog
        app: dialogs.app
        onCloseAnyway: dialogs.closeAnyway()
    }
    LinkDialog {
        id: linkDialog
        objectName: "linkDialog"
        onCopyRequested: text => dialogs.app.copyText(text)
    }
    FileDialog {
        id: fileDialog
        title: qsTr("Open a model")
        nameFilters: [qsTr("GGUF models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: dialogs.app.openModelFile(selectedFile)
    }
}
