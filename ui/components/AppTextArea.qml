import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// Several lines of text; Tab leads on.
ScrollView {
    id: view

    required property string label
    property string text: ""
    property bool mono: false
    property bool readOnly: false
    readonly property alias area: field

    signal edited(string text)

    implicitHeight: Theme.space12 * 2
    onTextChanged: if (field.text !== text) field.text = text

    TextArea {
        id: field
        placeholderTextColor: Theme.textFaint
        textFormat: TextEdit.PlainText
        wrapMode: TextEdit.Wrap
        readOnly: view.readOnly
        selectByMouse: true
        color: view.readOnly ? Theme.textMuted : Theme.text
        selectionColor: Theme.selection
        selectedTextColor: Theme.selectionText
        font.family: view.mono ? Theme.mono : Qt.application.font.family
        font.pixelSize: view.mono ? Theme.fontCode : Theme.fontUi
        padding: Theme.space3
        Accessible.role: Accessible.EditableText
        Accessible.name: view.label
        Accessible.readOnly: view.readOnly
        Component.onCompleted: text = view.text
        onTextChanged: if (activeFocus && text !== view.text) view.edited(text)
        Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
        Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
        background: Rectangle {
            radius: Theme.radius
            color: view.readOnly ? Theme.sunken : Theme.surface
            border.width: field.activeFocus ? Theme.focusWidth : 1
            border.color: field.activeFocus ? Theme.accent : view.readOnly ? Theme.border : Theme.borderStrong
        }
    }
}
