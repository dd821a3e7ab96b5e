import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

TextField {
    id: field

    required property string label

    implicitHeight: Theme.control
    leftPadding: Theme.space3
    rightPadding: Theme.space3
    color: Theme.text
    placeholderTextColor: Theme.textFaint
    selectionColor: Theme.selection
    selectedTextColor: Theme.selectionText
    selectByMouse: true
    font.pixelSize: Theme.fontUi
    Accessible.role: Accessible.EditableText
    Accessible.name: field.label
    background: Rectangle {
        radius: Theme.radius
        color: Theme.surface
        border.width: field.activeFocus ? Theme.focusWidth : 1
        border.color: field.activeFocus ? Theme.accent : Theme.borderStrong
    }
}
