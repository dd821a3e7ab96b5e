import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A first question to try: what it is about, and the words that will be sent.
AbstractButton {
    id: card

    required property string symbol
    required property string heading
    required property string prompt

    implicitHeight: column.implicitHeight + Theme.space4 * 2
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("%1: %2").arg(card.heading).arg(card.prompt)
    Accessible.onPressAction: card.clicked()
    Keys.onReturnPressed: card.clicked()

    contentItem: Item {
        Column {
            id: column
            x: Theme.space4
            y: Theme.space4
            width: parent.width - Theme.space4 * 2
            spacing: Theme.space2
            Icon {
                symbol: card.symbol
                color: Theme.accent
            }
            Text {
                width: parent.width
                text: card.heading
                color: Theme.text
                font.pixelSize: Theme.fontUi
                font.weight: Theme.fontMedium
                elide: Text.ElideRight
                textFormat: Text.PlainText
            }
            Text {
                width: parent.width
                text: card.prompt
                color: Theme.textMuted
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
        }
    }
    background: Rectangle {
        radius: Theme.radiusLarge
        color: card.down ? Theme.pressed : card.hovered ? Theme.hover : Theme.surface
        border.width: 1
        border.color: card.hovered ? Theme.borderStrong : Theme.border
        FocusRing {
            shown: card.visualFocus
            radius: Theme.radiusLarge + Theme.focusWidth
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
