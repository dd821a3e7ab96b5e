import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.Ui

// An entry of the model menu; the arrow keys lead from one to the next.
AbstractButton {
    id: action

    property string symbol: ""
    property string note: ""
    property bool ticked: false

    Layout.fillWidth: true
    implicitHeight: Theme.control
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : Theme.disabledOpacity
    Accessible.role: Accessible.Button
    Accessible.name: [action.text, action.note, action.ticked ? qsTr("in use") : ""].filter(part => part !== "").join(", ")
    Accessible.onPressAction: action.clicked()
    Keys.onReturnPressed: action.clicked()
    Keys.onEnterPressed: action.clicked()
    Keys.onDownPressed: action.nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
    Keys.onUpPressed: action.nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
    contentItem: Item {
        Icon {
            id: mark
            x: Theme.space3
            symbol: action.ticked ? "check" : action.symbol
            color: action.ticked ? Theme.accent : Theme.textMuted
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            anchors.left: mark.right
            anchors.leftMargin: Theme.space3
            anchors.right: tail.left
            anchors.rightMargin: Theme.space2
            anchors.verticalCenter: parent.verticalCenter
            text: action.text
            color: Theme.text
            font.pixelSize: Theme.fontUi
            font.weight: action.ticked ? Theme.fontMedium : Font.Normal
            elide: Text.ElideMiddle
            textFormat: Text.PlainText
        }
        Text {
            id: tail
            anchors.right: parent.right
            anchors.rightMargin: Theme.space3
            anchors.verticalCenter: parent.verticalCenter
            text: action.note
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            textFormat: Text.PlainText
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
