import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

Slider {
    id: slider

    required property string label

    implicitHeight: Theme.control
    implicitWidth: Theme.fieldWidth
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Slider
    Accessible.name: slider.label
    background: Rectangle {
        x: slider.leftPadding
        y: (slider.height - height) / 2
        width: slider.availableWidth
        height: Theme.space1
        radius: height / 2
        color: Theme.track
        Rectangle {
            width: slider.visualPosition * parent.width
            height: parent.height
            radius: parent.radius
            color: Theme.accent
        }
    }
    handle: Rectangle {
        x: slider.leftPadding + slider.visualPosition * (slider.availableWidth - width)
        y: (slider.height - height) / 2
        width: Theme.iconSmall
        height: width
        radius: width / 2
        color: slider.pressed ? Theme.accentPressed : slider.hovered ? Theme.accentHover : Theme.accent
        border.width: Theme.focusWidth
        border.color: Theme.window
        FocusRing {
            shown: slider.visualFocus
            radius: width / 2
        }
    }
}
