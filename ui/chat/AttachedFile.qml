import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A file in a message of the conversation: its name and size; opened, its text.
Rectangle {
    id: card

    required property string name
    required property string detail
    required property string text
    property bool expanded: false

    implicitHeight: toggle.height + (expanded ? scroll.height + Theme.space2 : 0)
    radius: Theme.radius
    color: Theme.bubble
    border.width: 1
    border.color: Theme.border

    AbstractButton {
        id: toggle
        objectName: "attachedFile"
        width: parent.width
        implicitHeight: Theme.controlLarge
        focusPolicy: Qt.TabFocus
        text: card.name
        Accessible.role: Accessible.Button
        Accessible.name: card.expanded ? qsTr("%1, %2. Hide the text").arg(card.name).arg(card.detail) : qsTr("%1, %2. Show the text").arg(card.name).arg(card.detail)
        Accessible.onPressAction: toggle.clicked()
        onClicked: card.expanded = !card.expanded
        Keys.onReturnPressed: toggle.clicked()
        Keys.onEnterPressed: toggle.clicked()
        contentItem: Item {
            Icon {
                id: mark
                x: Theme.space3
                symbol: "file"
                size: Theme.iconSmall
                anchors.verticalCenter: parent.verticalCenter
            }
            Text {
                anchors.left: mark.right
                anchors.right: facts.left
                anchors.leftMargin: Theme.space2
                anchors.rightMargin: Theme.space2
                anchors.verticalCenter: parent.verticalCenter
                text: card.name
                color: Theme.text
                font.pixelSize: Theme.fontSmall
                elide: Text.ElideMiddle
                textFormat: Text.PlainText
            }
            Text {
                id: facts
                anchors.right: arrow.left
                anchors.rightMargin: Theme.space1
                anchors.verticalCenter: parent.verticalCenter
                text: card.detail
                color: Theme.textMuted
                font.pixelSize: Theme.fontCaption
                textFormat: Text.PlainText
            }
            Icon {
                id: arrow
                anchors.right: parent.right
                anchors.rightMargin: Theme.space2
                anchors.verticalCenter: parent.verticalCenter
                symbol: "chevron-right"
                size: Theme.iconSmall
                rotation: card.expanded ? 90 : 0
            }
        }
        background: Rectangle {
            radius: Theme.radius
            color: toggle.down ? Theme.pressed : toggle.hovered ? Theme.hover : "transparent"
            FocusRing {
                shown: toggle.visualFocus
            }
        }
    }
    AppTextArea {
        id: scroll
        objectName: "attachedText"
        anchors.top: toggle.bottom
        x: Theme.space2
        width: parent.width - Theme.space2 * 2
        height: Math.min(contentHeight, Theme.space12 * 6)
        visible: card.expanded
        label: card.name
        readOnly: true
        mono: true
        text: card.expanded ? card.text : ""
    }
}
