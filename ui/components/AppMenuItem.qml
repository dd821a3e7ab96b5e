import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

MenuItem {
    id: item

    property string symbol: ""
    property string shortcutText: ""
    property bool dangerous: false
    readonly property color ink: dangerous ? Theme.danger : Theme.text

    implicitHeight: Theme.control
    leftPadding: Theme.space3
    rightPadding: Theme.space3
    font.pixelSize: Theme.fontUi
    opacity: enabled ? 1 : Theme.disabledOpacity
    Accessible.role: Accessible.MenuItem
    Accessible.name: item.text
    arrow: null
    indicator: null

    contentItem: Row {
        spacing: Theme.space3
        Icon {
            symbol: item.symbol
            size: Theme.iconSmall + 1
            color: item.ink
            visible: item.symbol !== ""
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            text: item.text
            font: item.font
            color: item.ink
            textFormat: Text.PlainText
            elide: Text.ElideRight
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: item.down ? Theme.pressed : item.highlighted || item.hovered ? Theme.hover : "transparent"
        Text {
            text: item.shortcutText
            visible: text !== ""
            font.pixelSize: Theme.fontCaption
            color: Theme.textFaint
            textFormat: Text.PlainText
            anchors.right: parent.right
            anchors.rightMargin: Theme.space3
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
