import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// One way on from a panel of the header: an icon and a few words over the whole width.
AbstractButton {
    id: action

    property string symbol: ""

    implicitHeight: Theme.control
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : Theme.disabledOpacity
    Accessible.role: Accessible.Button
    Accessible.name: action.text
    Accessible.onPressAction: action.clicked()
    Keys.onReturnPressed: action.clicked()
    Keys.onEnterPressed: action.clicked()
    Keys.onDownPressed: action.nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
    Keys.onUpPressed: action.nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
    contentItem: Row {
        leftPadding: Theme.space3
        spacing: Theme.space3
        Icon {
            symbol: action.symbol
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            text: action.text
            color: Theme.text
            font.pixelSize: Theme.fontUi
            textFormat: Text.PlainText
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: action.down ? Theme.pressed : action.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: action.visualFocus
            anchors.margins: 0
        }
    }
}
