pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// Tags of which one, or none, is chosen; as many lines as they need.
Flow {
    id: filter

    required property string label
    required property var tags
    property string value: ""

    signal chosen(string value)

    spacing: Theme.space2
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    Repeater {
        model: filter.tags
        RadioButton {
            id: tag
            required property var modelData
            readonly property bool on: filter.value === modelData.value
            objectName: "tag-" + modelData.value
            implicitHeight: Theme.controlSmall
            leftPadding: Theme.space3
            rightPadding: Theme.space3
            topPadding: 0
            bottomPadding: 0
            text: modelData.text
            font.pixelSize: Theme.fontSmall
            focusPolicy: Qt.TabFocus
            checkable: false // the value decides, not the click
            indicator: null
            Accessible.role: Accessible.RadioButton
            Accessible.name: tag.text
            Accessible.checkable: true
            Accessible.checked: tag.on
            Accessible.onPressAction: tag.clicked()
            Keys.onReturnPressed: tag.clicked()
            Keys.onEnterPressed: tag.clicked()
            onClicked: filter.chosen(modelData.value)
            contentItem: Text {
                text: tag.text
                font: tag.font
                color: tag.on ? Theme.accent : Theme.textMuted
                textFormat: Text.PlainText
                verticalAlignment: Text.AlignVCenter
            }
            background: Rectangle {
                radius: height / 2
                color: tag.on ? Theme.accentSoft : tag.hovered ? Theme.hover : "transparent"
                border.width: 1
                border.color: tag.on ? Theme.accent : Theme.border
                FocusRing {
                    shown: tag.visualFocus
                    radius: height / 2
                }
            }
        }
    }
}
