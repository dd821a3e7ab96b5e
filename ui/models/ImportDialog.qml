pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

// Where models come from that are on this computer already, and whether they are copied or stay where they are.
AppDialog {
    id: dialog

    required property ModelsViewModel models
    // What was dropped or chosen; empty: the dialog asks.
    property var urls: []
    property bool copy: false
    readonly property var names: urls.length > 0 ? models.importable(urls) : []

    signal imported

    function ask() {
        urls = [];
        models.lookForFolders();
        open();
    }
    function take(dropped: var) {
        urls = dropped;
        if (names.length > 0)
            open();
    }
    function accept() {
        close();
        models.importUrls(urls, copy);
        imported();
    }

    heading: urls.length > 0 ? qsTr("Import %n files or folders", "", names.length) : qsTr("Import models")
    onOpened: (urls.length > 0 ? confirm : fileButton).forceActiveFocus(Qt.PopupFocusReason)

    component Line: Text {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space6
        Layout.rightMargin: Theme.space6
        color: Theme.textMuted
        font.pixelSize: Theme.fontUi
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }

    ColumnLayout {
        width: parent.width
        spacing: Theme.space3
        Line {
            objectName: "importNames"
            visible: dialog.names.length > 0
            text: dialog.names.slice(0, 8).join("\n") + (dialog.names.length > 8 ? "\n…" : "")
            color: Theme.text
            wrapMode: Text.WrapAnywhere
        }
        Line {
            text: qsTr("GGUF files, folders with such files, and model folders as Hugging Face has them. Each file is read and checked first; adapters go to their own page.")
        }
        Column {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space4
            Accessible.role: Accessible.Grouping
            Accessible.name: qsTr("What happens with the files")
            ChoiceRow {
                objectName: "importLink"
                width: parent.width
                on: !dialog.copy
                text: qsTr("Leave the files where they are")
                note: qsTr("Takes no space. If they are moved or deleted, the model is shown as missing.")
                Accessible.name: text
                onClicked: dialog.copy = false
            }
            ChoiceRow {
                objectName: "importCopy"
                width: parent.width
                on: dialog.copy
                text: qsTr("Copy them into Hearth's folder")
                note: qsTr("Takes their size again. Nothing else can take them away.")
                Accessible.name: text
                onClicked: dialog.copy = true
            }
        }
        Flow {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            Layout.bottomMargin: Theme.space6
            spacing: Theme.space2
            visible: dialog.urls.length === 0
            AppButton {
                id: fileButton
                objectName: "importFiles"
                text: qsTr("Choose files…")
                symbol: "models"
                onClicked: files.open()
            }
            AppButton {
                objectName: "importFolder"
                text: qsTr("Choose a folder…")
                symbol: "folder"
                onClicked: folder.open()
            }
            Repeater {
                model: dialog.models.knownFolders
                AppButton {
                    id: known
                    required property var modelData
                    objectName: "known-" + modelData.name
                    text: qsTr("From %1").arg(known.modelData.name)
                    symbol: "folder"
                    onClicked: {
                        dialog.close();
                        dialog.models.importPath(known.modelData.path, dialog.copy);
                        dialog.imported();
                    }
                }
            }
        }
        DialogButtons {
            visible: dialog.urls.length > 0
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                id: confirm
                objectName: "importConfirm"
                text: qsTr("Import")
                symbol: "import"
                primary: true
                onClicked: dialog.accept()
            }
        }
    }
    FileDialog {
        id: files
        title: qsTr("Choose model files")
        fileMode: FileDialog.OpenFiles
        nameFilters: [qsTr("Models and adapters (*.gguf *.safetensors)"), qsTr("All files (*)")]
        onAccepted: {
            dialog.urls = selectedFiles;
            dialog.accept();
        }
    }
    FolderDialog {
        id: folder
        title: qsTr("Choose a folder with models")
        onAccepted: {
            dialog.urls = [selectedFolder];
            dialog.accept();
        }
    }
}
