import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A square button with an icon only; `label` is both its tool tip and its accessible name.
AbstractButton {
    id: button

    required property string symbol
    required property string label
    property string shortcutText: ""
    property int size: Theme.control
    property int iconSize: Theme.icon
    property color tint: Theme.textMuted
    property color tintHover: Theme.text

    implicitWidth: size
    implicitHeight: size
    focusPolicy: Qt.TabFocus
    opacity: enabled ? 1 : Theme.disabledOpacity
    Accessible.role: Accessible.Button
    Accessible.name: button.label
    Accessible.onPressAction: button.clicked()
    Keys.onReturnPressed: button.clicked()
    Keys.onEnterPressed: button.clicked()

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            symbol: button.symbol
            size: button.iconSize
            color: button.hovered || button.visualFocus ? button.tintHover : button.tint
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: button.down ? Theme.pressed : button.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: button.visualFocus
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    AppToolTip {
        visible: button.hovered && !button.down && button.label !== ""
        text: button.shortcutText === "" ? button.label : qsTr("%1 (%2)").arg(button.label).arg(button.shortcutText)
    }
}
