import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A way to another page, with a mark on the one that is shown, and a small badge.
AbstractButton {
    id: entry

    required property string label
    required property string symbol
    property string shortcutText: ""
    property bool current: false
    property bool compact: false
    property string badge: ""
    property real progress: -1

    implicitHeight: Theme.control
    implicitWidth: Theme.control
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Button
    Accessible.name: entry.badge === "" ? entry.label : qsTr("%1, %2").arg(entry.label).arg(entry.badge)
    Accessible.selected: entry.current
    Accessible.onPressAction: entry.clicked()
    Keys.onReturnPressed: entry.clicked()
    Keys.onEnterPressed: entry.clicked()

    contentItem: Item {
        Icon {
            id: mark
            x: entry.compact ? (parent.width - width) / 2 : Theme.space3
            anchors.verticalCenter: parent.verticalCenter
            symbol: entry.symbol
            size: Theme.iconSmall
            color: entry.current ? Theme.accent : Theme.text
        }
        Text {
            anchors.left: mark.right
            anchors.leftMargin: Theme.space2
            anchors.right: count.left
            anchors.verticalCenter: parent.verticalCenter
            visible: !entry.compact
            text: entry.label
            color: Theme.text
            font.pixelSize: Theme.fontUi
            font.weight: Theme.fontMedium
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        Text {
            id: count
            objectName: "badge"
            anchors.right: parent.right
            anchors.rightMargin: Theme.space3
            anchors.verticalCenter: parent.verticalCenter
            visible: !entry.compact && text !== ""
            text: entry.badge
            color: Theme.accent
            font.pixelSize: Theme.fontCaption
            font.weight: Theme.fontMedium
            textFormat: Text.PlainText
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: entry.current ? Theme.selected : entry.down ? Theme.pressed : entry.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: entry.visualFocus
            anchors.margins: 0
            radius: Theme.radius
        }
        Rectangle {
            objectName: "entryProgress"
            x: Theme.space3
            anchors.bottom: parent.bottom
            visible: entry.progress >= 0
            width: (parent.width - Theme.space3 * 2) * Math.max(0, Math.min(1, entry.progress))
            height: Theme.focusWidth
            radius: 1
            color: Theme.accent
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    AppToolTip {
        visible: entry.hovered && !entry.down
        text: qsTr("%1 (%2)").arg(entry.label).arg(entry.shortcutText)
    }
}
