import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A message while it is edited. Enter saves and Esc gives up; what is typed is kept outside, so that it survives this item.
Column {
    id: editor

    required property string text
    required property string label
    required property string saveText
    property bool mayBeBlank: false
    readonly property bool composing: field.inputMethodComposing || field.preeditText !== ""
    readonly property bool blank: !mayBeBlank && field.text.trim() === ""

    signal edited(string text)
    signal saved
    signal cancelled

    function focusInput() {
        field.forceActiveFocus(Qt.OtherFocusReason);
        field.cursorPosition = field.length;
    }
    function handleEnter(event) {
        event.accepted = true;
        if (composing)
            return;
        if (event.modifiers & (Qt.ShiftModifier | Qt.AltModifier)) {
            field.remove(field.selectionStart, field.selectionEnd);
            field.insert(field.cursorPosition, "\n");
        } else if (!blank) {
            saved();
        }
    }

    spacing: Theme.space2
    // What is typed here never comes back that way.
    onTextChanged: if (field.text !== text) field.text = text

    TextArea {
        id: field
        objectName: "messageEditor"
        width: parent.width
        topPadding: Theme.space3
        bottomPadding: Theme.space3
        leftPadding: Theme.space4
        rightPadding: Theme.space4
        textFormat: TextEdit.PlainText
        wrapMode: TextEdit.Wrap
        selectByMouse: true
        color: Theme.text
        selectionColor: Theme.selection
        selectedTextColor: Theme.selectionText
        font.pixelSize: Theme.fontBody
        Accessible.role: Accessible.EditableText
        Accessible.name: editor.label
        Accessible.description: qsTr("Enter saves · Shift+Enter starts a new line · Esc cancels")
        Component.onCompleted: text = editor.text
        onTextChanged: if (activeFocus) editor.edited(text)
        Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
        Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
        Keys.onReturnPressed: event => editor.handleEnter(event)
        Keys.onEnterPressed: event => editor.handleEnter(event)
        // Esc would stop an answer or leave the page.
        Keys.onShortcutOverride: event => event.accepted = Shortcuts.matches("stop", event)
        Keys.onPressed: event => {
            event.accepted = Shortcuts.matches("stop", event);
            if (event.accepted)
                editor.cancelled();
        }
        background: Rectangle {
            radius: Theme.radiusCard
            color: Theme.surface
            border.width: field.activeFocus ? Theme.focusWidth : 1
            border.color: field.activeFocus ? Theme.accent : Theme.borderStrong
        }
    }
    Row {
        anchors.right: parent.right
        spacing: Theme.space2
        AppButton {
            objectName: "cancelEditButton"
            text: qsTr("Cancel")
            onClicked: editor.cancelled()
        }
        AppButton {
            objectName: "saveEditButton"
            text: editor.saveText
            primary: true
            enabled: !editor.blank
            onClicked: editor.saved()
        }
    }
}
