pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Says exactly what goes and what stays before everything is erased. Nothing is erased by one key or one click.
AppDialog {
    id: dialog

    required property AppViewModel app

    signal erased

    objectName: "eraseDialog"
    heading: qsTr("Erase everything?")
    onAboutToShow: sure.checked = files.checked = false
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
            text: qsTr("These are removed from this computer, and nobody can bring them back:")
        }
        Line {
            text: qsTr("• all chats, with what you have not sent yet\n• all settings\n• all backups that Hearth has made")
            color: Theme.text
        }
        Line {
            text: files.checked ? qsTr("Hearth closes then. Model files in other folders stay where they are.") : qsTr("Model files stay where they are.")
        }
        AppCheckBox {
            id: files
            objectName: "eraseFiles"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            text: qsTr("Also the models and adapters in Hearth’s data folder")
        }
        AppCheckBox {
            id: sure
            objectName: "eraseSure"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            Layout.bottomMargin: Theme.space2
            text: qsTr("Yes, erase everything")
        }
        DialogButtons {
            AppButton {
                id: cancel
                objectName: "eraseCancel"
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "eraseConfirm"
                text: qsTr("Erase")
                symbol: "trash"
                dangerous: true
                enabled: sure.checked
                onClicked: {
                    dialog.close();
                    if (files.checked)
                        dialog.app.eraseWithModels();
                    else
                        dialog.app.eraseEverything();
                    dialog.erased();
                }
            }
        }
    }
}
