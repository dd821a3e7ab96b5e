import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// One of several exclusive choices, with a sentence about what it means.
RadioButton {
    id: choice

    required property bool on
    property string note: ""

    implicitHeight: Math.max(Theme.control, texts.height + Theme.space2 * 2)
    focusPolicy: Qt.TabFocus
    checkable: false // the value decides, not the click
    indicator: null
    padding: 0
    Accessible.role: Accessible.RadioButton
    Accessible.name: choice.text
    Accessible.description: choice.note
    Accessible.checkable: true
    Accessible.checked: choice.on
    Accessible.onPressAction: choice.clicked()
    Keys.onReturnPressed: choice.clicked()
    Keys.onEnterPressed: choice.clicked()
    contentItem: Item {
        Rectangle {
            id: ring
            x: Theme.space2
            y: Theme.space3
            width: Theme.iconSmall
            height: width
            radius: width / 2
            color: "transparent"
            border.width: choice.on ? Theme.space1 : 1
            border.color: choice.on ? Theme.accent : Theme.borderStrong
        }
        Column {
            id: texts
            anchors.left: ring.right
            anchors.leftMargin: Theme.space3
            anchors.right: parent.right
            anchors.rightMargin: Theme.space2
            y: Theme.space2
            Text {
                width: parent.width
                text: choice.text
                color: Theme.text
                font.pixelSize: Theme.fontUi
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            Text {
                width: parent.width
                visible: text !== ""
                text: choice.note
                color: Theme.textMuted
                font.pixelSize: Theme.fontCaption
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: choice.down ? Theme.pressed : choice.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: choice.visualFocus
            anchors.margins: 0
            radius: Theme.radius
        }
    }
}
