import QtQuick
import Hearth.Ui

// Shown for as long as the application offers to undo (ten seconds after deleting a chat); a line shows how long that still is.
Rectangle {
    id: toast

    required property string message
    property int maximumWidth: Theme.panelWidth
    readonly property bool shown: message !== ""
    property string lastMessage: ""
    readonly property real besideButton: width - undo.width - Theme.space4 * 2 - Theme.space2
    // Where the text is longer than what is left beside the button, the button has a line of its own.
    readonly property bool stacked: Math.ceil(line.advanceWidth) > besideButton

    signal undoRequested

    onMessageChanged: {
        if (message === "")
            return;
        lastMessage = message;
        if (!Theme.reducedMotion)
            countdown.restart();
    }

    width: maximumWidth
    implicitHeight: stacked ? label.height + undo.height + Theme.space3 * 2 + Theme.space2 : Theme.control + Theme.space2
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
    TextMetrics {
        id: line
        font: label.font
        text: toast.lastMessage
    }
    Text {
        id: label
        objectName: "undoMessage"
        x: Theme.space4
        y: toast.stacked ? Theme.space3 : (toast.height - height) / 2
        width: toast.stacked ? toast.width - Theme.space4 * 2 : toast.besideButton
        text: toast.lastMessage
        wrapMode: Text.Wrap
        maximumLineCount: Theme.detailLines
        elide: Text.ElideRight
        color: Theme.window
        font.pixelSize: Theme.fontUi
        textFormat: Text.PlainText
    }
    AppButton {
        id: undo
        objectName: "undoButton"
        anchors.right: parent.right
        anchors.rightMargin: Theme.space2
        y: toast.stacked ? label.y + label.height + Theme.space2 : (toast.height - height) / 2
        text: qsTr("Undo")
        symbol: "undo"
        primary: true
        implicitHeight: Theme.controlSmall + Theme.space1
        onClicked: toast.undoRequested()
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
