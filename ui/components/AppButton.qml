import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A button with text, optionally with an icon. `primary` fills it with the accent colour: one per view at most.
AbstractButton {
    id: button

    property bool primary: false
    property bool quiet: false
    property bool dangerous: false
    property bool alignLeft: false
    property string symbol: ""
    readonly property color ink: primary ? Theme.accentInk : dangerous ? Theme.danger : Theme.text

    implicitHeight: Theme.control
    implicitWidth: label.implicitWidth + (symbol === "" ? 0 : Theme.iconSmall + row.spacing) + leftPadding + rightPadding
    leftPadding: alignLeft ? Theme.space3 : Theme.space4
    rightPadding: leftPadding
    focusPolicy: Qt.TabFocus
    font.pixelSize: Theme.fontUi
    font.weight: Theme.fontMedium
    opacity: enabled ? 1 : Theme.disabledOpacity
    Accessible.role: Accessible.Button
    Accessible.name: button.text
    Accessible.onPressAction: button.clicked()
    Keys.onReturnPressed: button.clicked()
    Keys.onEnterPressed: button.clicked()

    contentItem: Item {
        Row {
            id: row
            x: button.alignLeft ? 0 : (parent.width - width) / 2
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.space2
            Icon {
                visible: button.symbol !== ""
                symbol: button.symbol
                size: Theme.iconSmall
                color: button.ink
                anchors.verticalCenter: parent.verticalCenter
            }
            Text {
                id: label
                width: Math.min(implicitWidth, button.availableWidth - (button.symbol === "" ? 0 : Theme.iconSmall + row.spacing))
                text: button.text
                font: button.font
                elide: Text.ElideMiddle
                color: button.ink
                textFormat: Text.PlainText
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: button.primary ? (button.down ? Theme.accentPressed : button.hovered ? Theme.accentHover : Theme.accent)
                              : (button.down ? Theme.pressed : button.hovered ? Theme.hover : "transparent")
        border.width: button.primary || button.quiet ? 0 : 1
        border.color: button.dangerous ? Theme.danger : Theme.borderStrong
        FocusRing {
            shown: button.visualFocus
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
