import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A row of exclusive choices. `options` is a list of {value, text}.
FocusScope {
    id: control

    required property string label
    required property var options
    property string value: ""

    signal chosen(string value)

    implicitWidth: row.implicitWidth + Theme.space1 * 2
    implicitHeight: Theme.control
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: Theme.selected
    }
    Row {
        id: row
        anchors.centerIn: parent
        Repeater {
            model: control.options
            RadioButton {
                id: option
                required property var modelData
                readonly property bool on: control.value === modelData.value
                objectName: "option-" + modelData.value
                height: Theme.control - Theme.space2
                leftPadding: Theme.space3
                rightPadding: Theme.space3
                text: modelData.text
                font.pixelSize: Theme.fontSmall
                font.weight: on ? Theme.fontMedium : Font.Normal
                focusPolicy: Qt.TabFocus
                checkable: false // the value decides, not the click
                indicator: null
                topPadding: 0
                bottomPadding: 0
                Accessible.role: Accessible.RadioButton
                Accessible.name: option.text
                Accessible.checkable: true
                Accessible.checked: option.on
                Accessible.onPressAction: option.clicked()
                Keys.onReturnPressed: option.clicked()
                Keys.onEnterPressed: option.clicked()
                onClicked: control.chosen(modelData.value)
                contentItem: Text {
                    text: option.text
                    font: option.font
                    color: option.on ? Theme.text : Theme.textMuted
                    textFormat: Text.PlainText
                    verticalAlignment: Text.AlignVCenter
                }
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: option.on ? Theme.thumb : option.hovered ? Theme.hover : "transparent"
                    border.width: option.on ? 1 : 0
                    border.color: Theme.border
                    FocusRing {
                        shown: option.visualFocus
                    }
                }
            }
        }
    }
}
