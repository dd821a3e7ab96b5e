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
    required property OpeningModel opening
    // What was opened or dropped, kept while the dialog fades; empty: the dialog asks for files.
    property var items: []
    property bool oneModel: false
    readonly property bool asking: items.length > 0
    readonly property int mostItems: 6
    property bool copy: false
    property bool use: true

    signal imported

    function ask() {
        opening.dismiss();
        items = [];
        oneModel = false;
        models.lookForFolders();
        open();
    }
    function show() {
        items = opening.items;
        oneModel = opening.isOneModel;
        open();
    }
    function accept() {
        opening.accept(copy, use); // before closing, which forgets the question
        close();
    }
    function importUrls(urls: var) {
        models.importUrls(urls, copy);
        close();
        imported();
    }

    heading: asking ? qsTr("Import %n files or folders", "", items.length) : qsTr("Import models")
    onOpened: (asking ? confirm : fileButton).forceActiveFocus(Qt.PopupFocusReason)
    onClosed: opening.dismiss()

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
        Repeater {
            model: dialog.items.slice(0, dialog.mostItems)
            ImportItem {
                required property var modelData
                Layout.fillWidth: true
                Layout.leftMargin: Theme.space6
                Layout.rightMargin: Theme.space6
                name: modelData.name
                about: modelData.about
            }
        }
        Line {
            objectName: "importMore"
            visible: dialog.items.length > dialog.mostItems
            text: qsTr("… and %n more", "", dialog.items.length - dialog.mostItems)
        }
        Line {
            visible: !dialog.asking
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
        AppCheckBox {
            objectName: "importUse"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            visible: dialog.oneModel
            text: qsTr("Use this model as soon as it is imported")
            checked: dialog.use
            onToggled: dialog.use = checked
        }
        Flow {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            Layout.bottomMargin: Theme.space6
            spacing: Theme.space2
            visible: !dialog.asking
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
            visible: dialog.asking
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
        onAccepted: dialog.importUrls(selectedFiles)
    }
    FolderDialog {
        id: folder
        title: qsTr("Choose a folder with models")
        onAccepted: dialog.importUrls([selectedFolder])
    }
}
