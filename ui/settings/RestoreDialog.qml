import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Says what happens before a backup takes the place of all chats.
AppDialog {
    id: dialog

    required property BackupsModel backups
    property string file: ""
    property string time: ""

    signal restored

    function ask(backup: string, when: string) {
        file = backup;
        time = when;
        open();
    }

    objectName: "restoreDialog"
    heading: qsTr("Restore this backup?")
    onOpened: cancel.forceActiveFocus(Qt.PopupFocusReason)

    component Line: Text {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space6
        Layout.rightMargin: Theme.space6
        color: Theme.textMuted
        font.pixelSize: Theme.fontUi
        lineHeight: Theme.lineHeight - 0.2
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }

    ColumnLayout {
        width: parent.width
        spacing: Theme.space4
        Line {
            text: qsTr("All chats become those of %1, at once. Chats and messages that came later are no longer shown, and answers under way are stopped.").arg(dialog.time)
            color: Theme.text
        }
        Line {
            text: qsTr("A backup of the present chats is made first, so that you can come back in the same way. Settings, models and adapters stay as they are.")
        }
        DialogButtons {
            AppButton {
                id: cancel
                objectName: "restoreCancel"
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "restoreConfirm"
                text: qsTr("Restore")
                symbol: "undo"
                primary: true
                onClicked: {
                    dialog.close();
                    dialog.backups.restore(dialog.file);
                    dialog.restored();
                }
            }
        }
    }
}
