import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Asks for the name of a new folder, which a chat may go into at once.
AppDialog {
    id: dialog

    required property ChatFilingModel filing
    property var chatId: 0

    heading: qsTr("New folder")
    onOpened: field.forceActiveFocus(Qt.PopupFocusReason)

    // 0: no chat goes into it.
    function ask(chatId: var) {
        dialog.chatId = chatId;
        field.clear();
        open();
    }
    function accept() {
        if (field.text.trim() === "")
            return;
        filing.addFolder(field.text.trim(), chatId);
        close();
    }

    ColumnLayout {
        width: parent.width
        spacing: Theme.space5
        AppTextField {
            id: field
            objectName: "folderName"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Name of the folder")
            placeholderText: label
            maximumLength: 80
            Keys.onReturnPressed: dialog.accept()
            Keys.onEnterPressed: dialog.accept()
        }
        DialogButtons {
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "createFolder"
                text: dialog.chatId === 0 ? qsTr("Create") : qsTr("Create and move")
                primary: true
                enabled: field.text.trim() !== ""
                onClicked: dialog.accept()
            }
        }
    }
}
