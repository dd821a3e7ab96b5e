import QtQuick
import Hearth.Ui

// What the person wrote: plain text in a bubble at the right, never interpreted as markup.
MessageItem {
    id: message

    required property string text
    required property string status
    required property string statusText

    signal copyRequested(string text)

    topGap: index === 0 ? Theme.space6 : Theme.space4
    Accessible.name: qsTr("You: %1").arg(text)

    Rectangle {
        id: bubble
        anchors.right: parent.right
        width: Math.min(message.columnWidth - Theme.space12, Math.ceil(edit.implicitWidth))
        height: edit.contentHeight + edit.topPadding * 2
        radius: Theme.radiusCard
        color: Theme.bubble
        opacity: message.status === "queued" ? 0.7 : 1
        TextEdit {
            id: edit
            objectName: "questionText"
            width: bubble.width
            leftPadding: Theme.space4
            rightPadding: Theme.space4
            topPadding: Theme.space3 - 1
            text: message.text
            textFormat: TextEdit.PlainText
            wrapMode: TextEdit.Wrap
            readOnly: true
            selectByMouse: true
            persistentSelection: true
            color: Theme.text
            selectionColor: Theme.selection
            selectedTextColor: Theme.selectionText
            font.pixelSize: Theme.fontBody
            Accessible.role: Accessible.StaticText
            Accessible.name: message.text
            HoverHandler {
                cursorShape: Qt.IBeamCursor
            }
        }
        HoverHandler {
            id: hover
        }
        IconButton {
            anchors.right: parent.left
            anchors.rightMargin: Theme.space1
            anchors.bottom: parent.bottom
            opacity: hover.hovered || hovered || visualFocus ? 1 : 0
            symbol: "copy"
            label: qsTr("Copy the question")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: message.copyRequested(message.text)
        }
    }
    Row {
        anchors.right: parent.right
        anchors.rightMargin: Theme.space1
        visible: message.statusText !== ""
        spacing: Theme.space1
        Icon {
            symbol: "clock"
            size: Theme.iconSmall
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            text: message.statusText
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            textFormat: Text.PlainText
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
