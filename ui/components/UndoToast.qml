import QtQuick
import Hearth.Ui

// Shown for as long as the application offers to undo (ten seconds after deleting a chat); a line shows how long that still is.
Rectangle {
    id: toast

    required property string message
    property int maximumWidth: Theme.panelWidth
    readonly property bool shown: message !== ""
    property string lastMessage: ""

    signal undoRequested

    onMessageChanged: {
        if (message === "")
            return;
        lastMessage = message;
        if (!Theme.reducedMotion)
            countdown.restart();
    }

    width: maximumWidth
    implicitHeight: Theme.control + Theme.space2
    radius: Theme.radius
    color: Theme.text
    visible: opacity > 0
    opacity: shown ? 1 : 0
    clip: true
    Accessible.role: Accessible.AlertMessage
    Accessible.name: lastMessage

    Behavior on opacity {
        NumberAnimation {
            duration: Theme.duration
        }
    }
    Row {
        id: row
        x: Theme.space4
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.space4
        Text {
            width: toast.width - undo.width - Theme.space4 * 2 - Theme.space2
            text: toast.lastMessage
            elide: Text.ElideRight
            color: Theme.window
            font.pixelSize: Theme.fontUi
            textFormat: Text.PlainText
            anchors.verticalCenter: parent.verticalCenter
        }
        AppButton {
            id: undo
            objectName: "undoButton"
            text: qsTr("Undo")
            symbol: "undo"
            primary: true
            implicitHeight: Theme.controlSmall + Theme.space1
            onClicked: toast.undoRequested()
        }
    }
    Rectangle {
        id: bar
        visible: !Theme.reducedMotion
        anchors.bottom: parent.bottom
        height: Theme.barThin
        color: Theme.accent
        NumberAnimation on width {
            id: countdown
            from: toast.width
            to: 0
            duration: Theme.undoTime
            running: false
        }
    }
}
