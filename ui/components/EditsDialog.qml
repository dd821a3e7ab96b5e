import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// Asked when the window is closed while a message is edited.
AppDialog {
    id: dialog

    signal closeAnyway

    objectName: "editsDialog"
    heading: qsTr("A message is being edited")
    onOpened: keep.forceActiveFocus(Qt.PopupFocusReason)

    ColumnLayout {
        width: parent.width
        spacing: Theme.space5
        Text {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            text: qsTr("What you changed in a message is not saved. If you close now, the change is lost; the message stays as it was.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            lineHeight: Theme.lineHeight - 0.2
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        DialogButtons {
            AppButton {
                id: keep
                objectName: "keepEditingButton"
                text: qsTr("Go on editing")
                primary: true
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "dropEditsButton"
                text: qsTr("Close anyway")
                onClicked: dialog.closeAnyway()
            }
        }
    }
}
