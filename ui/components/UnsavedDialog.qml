import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Asked when the window is closed while the disk does not take text that exists.
AppDialog {
    id: dialog

    required property AppViewModel app

    signal closeAnyway

    objectName: "unsavedDialog"
    heading: qsTr("Not everything is saved")
    onOpened: again.forceActiveFocus(Qt.PopupFocusReason)

    Connections {
        target: dialog.app
        enabled: dialog.visible
        // The closing that was asked for goes on by itself once nothing can be lost.
        function onUnsavedChanged() {
            if (!dialog.app.unsaved)
                dialog.closeAnyway();
        }
    }
    ColumnLayout {
        width: parent.width
        spacing: Theme.space5
        Text {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            text: qsTr("Hearth could not write your latest messages to the disk. It may be full or read-only. Free some space or make the folder writable, then try again. If you close now, what is not saved is lost.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            lineHeight: Theme.lineHeight - 0.2
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        DialogButtons {
            AppButton {
                objectName: "keepOpenButton"
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "closeAnywayButton"
                text: qsTr("Close anyway")
                onClicked: dialog.closeAnyway()
            }
            AppButton {
                id: again
                objectName: "saveAgainButton"
                text: qsTr("Try again")
                symbol: "retry"
                primary: true
                onClicked: dialog.app.saveNow()
            }
        }
    }
}
