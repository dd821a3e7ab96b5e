import QtQuick

// Where a message is edited: the editor is there only while it is.
Loader {
    id: place

    required property bool editing
    required property string text
    required property string label
    property string saveText: qsTr("Save")
    // Something else than the text is there to be saved.
    property bool mayBeBlank: false

    signal edited(string text)
    signal ended(bool save)

    function focusInput() {
        if (item)
            item.focusInput();
    }

    active: editing
    visible: active
    sourceComponent: MessageEditor {
        text: place.text
        label: place.label
        saveText: place.saveText
        mayBeBlank: place.mayBeBlank
        onEdited: text => place.edited(text)
        onSaved: place.ended(true)
        onCancelled: place.ended(false)
    }
}
