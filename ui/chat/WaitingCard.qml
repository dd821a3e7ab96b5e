import QtQuick
import Hearth.Ui

// A message that is sent when the answer that is under way has ended, or, if that was stopped, when the person says so.
Card {
    id: card

    required property int index
    required property var messages
    required property bool busy
    readonly property var message: messages[index] ?? ({
            text: "",
            files: 0,
            held: false
        })

    signal editRequested
    signal removeRequested
    signal sendRequested

    implicitHeight: Theme.control + Theme.space1
    Accessible.role: Accessible.ListItem
    Accessible.name: message.held ? qsTr("Not sent: %1").arg(label.text) : qsTr("Waiting: %1").arg(label.text)

    Icon {
        id: mark
        x: Theme.space3
        anchors.verticalCenter: parent.verticalCenter
        symbol: card.message.held ? "pause" : "clock"
        size: Theme.iconSmall
    }
    Text {
        id: label
        objectName: "waitingText"
        anchors.left: mark.right
        anchors.right: buttons.left
        anchors.leftMargin: Theme.space2
        anchors.rightMargin: Theme.space2
        anchors.verticalCenter: parent.verticalCenter
        text: card.message.files === 0 ? card.message.text : qsTr("%1 (%n file(s))", "", card.message.files).arg(card.message.text)
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        elide: Text.ElideRight
        textFormat: Text.PlainText
    }
    Row {
        id: buttons
        anchors.right: parent.right
        anchors.rightMargin: Theme.space1
        anchors.verticalCenter: parent.verticalCenter
        IconButton {
            objectName: "sendWaiting"
            visible: card.message.held && !card.busy
            symbol: "send"
            label: qsTr("Send now")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: card.sendRequested()
        }
        IconButton {
            objectName: "editWaiting"
            symbol: "edit"
            label: qsTr("Edit the waiting message")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: card.editRequested()
        }
        IconButton {
            objectName: "removeWaiting"
            symbol: "close"
            label: qsTr("Remove the waiting message")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: card.removeRequested()
        }
    }
}
