import QtQuick.Dialogs
import Hearth.App

// Asks where to save a listing, and saves it.
FileDialog {
    id: dialog

    required property AppViewModel app
    property string content: ""

    function ask(text: string, name: string) {
        content = text;
        selectedFile = app.suggestedFile(name);
        open();
    }

    objectName: "saveTextDialog"
    title: qsTr("Save the code as")
    fileMode: FileDialog.SaveFile
    nameFilters: [qsTr("All files (*)")]
    onAccepted: app.saveText(selectedFile, content)
}
