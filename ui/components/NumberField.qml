import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A whole number with minus and plus; `zeroText` names what 0 means ("Automatic").
SpinBox {
    id: box

    required property string label
    property string zeroText: ""

    implicitWidth: Theme.fieldWidth
    implicitHeight: Theme.control
    editable: true
    focusPolicy: Qt.StrongFocus
    font.pixelSize: Theme.fontUi
    leftPadding: Theme.control
    rightPadding: Theme.control
    Accessible.role: Accessible.SpinBox
    Accessible.name: box.label
    textFromValue: (value, locale) => value === 0 && box.zeroText !== "" ? box.zeroText : String(value)
    valueFromText: (text, locale) => parseInt(text, 10) || 0
    validator: RegularExpressionValidator {
        regularExpression: /^\d{0,7}$|^\D+$/
    }
    contentItem: TextInput {
        // SpinBox does not ask for its text again when only the language changes.
        text: box.value === 0 && box.zeroText !== "" ? box.zeroText : box.displayText
        font: box.font
        color: Theme.text
        selectionColor: Theme.selection
        selectedTextColor: Theme.selectionText
        horizontalAlignment: Qt.AlignHCenter
        verticalAlignment: Qt.AlignVCenter
        readOnly: !box.editable
        validator: box.validator
        selectByMouse: true
        Accessible.role: Accessible.EditableText
        Accessible.name: box.label
    }
    down.indicator: StepMark {
        symbol: "minus"
        active: box.down.hovered
        height: box.height
    }
    up.indicator: StepMark {
        x: box.width - width
        symbol: "plus"
        active: box.up.hovered
        height: box.height
    }
    background: Rectangle {
        radius: Theme.radius
        color: Theme.surface
        border.width: box.activeFocus ? Theme.focusWidth : 1
        border.color: box.activeFocus ? Theme.accent : Theme.borderStrong
    }

    component StepMark: Item {
        property alias symbol: mark.symbol
        property bool active: false
        implicitWidth: Theme.control
        Icon {
            id: mark
            anchors.centerIn: parent
            size: Theme.iconSmall
            color: parent.active ? Theme.text : Theme.textMuted
        }
    }
}
