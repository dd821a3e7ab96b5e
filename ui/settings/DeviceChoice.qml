pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// Devices to choose from, one below the other; those that cannot be used say why.
Column {
    id: choice

    required property string label
    required property var devices
    property string value: ""

    signal chosen(string value)

    spacing: Theme.space1
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    Repeater {
        model: choice.devices
        RadioButton {
            id: device
            required property var modelData
            readonly property bool on: choice.value === modelData.value
            objectName: "device-" + modelData.value
            width: choice.width
            implicitHeight: Math.max(Theme.control, texts.height + Theme.space2)
            text: modelData.text
            enabled: modelData.usable
            focusPolicy: Qt.TabFocus
            checkable: false // the value decides, not the click
            indicator: null
            padding: 0
            Accessible.role: Accessible.RadioButton
            Accessible.name: device.text
            Accessible.description: device.modelData.reason
            Accessible.checkable: true
            Accessible.checked: device.on
            Accessible.onPressAction: device.clicked()
            Keys.onReturnPressed: device.clicked()
            Keys.onEnterPressed: device.clicked()
            onClicked: choice.chosen(modelData.value)
            contentItem: Item {
                Rectangle {
                    id: ring
                    x: Theme.space2
                    anchors.verticalCenter: parent.verticalCenter
                    width: Theme.iconSmall
                    height: width
                    radius: width / 2
                    color: "transparent"
                    border.width: device.on ? Theme.space1 : 1
                    border.color: device.on ? Theme.accent : Theme.borderStrong
                    opacity: device.enabled ? 1 : Theme.disabledOpacity
                }
                Column {
                    id: texts
                    anchors.left: ring.right
                    anchors.leftMargin: Theme.space3
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.space2
                    anchors.verticalCenter: parent.verticalCenter
                    Text {
                        width: parent.width
                        text: device.text
                        color: device.enabled ? Theme.text : Theme.textFaint
                        font.pixelSize: Theme.fontUi
                        wrapMode: Text.Wrap
                        textFormat: Text.PlainText
                    }
                    Text {
                        width: parent.width
                        visible: text !== ""
                        text: device.modelData.reason
                        color: Theme.textMuted
                        font.pixelSize: Theme.fontCaption
                        wrapMode: Text.Wrap
                        textFormat: Text.PlainText
                    }
                }
            }
            background: Rectangle {
                radius: Theme.radius
                color: device.down ? Theme.pressed : device.hovered ? Theme.hover : "transparent"
                FocusRing {
                    shown: device.visualFocus
                    anchors.margins: 0
                    radius: Theme.radius
                }
            }
        }
    }
}
