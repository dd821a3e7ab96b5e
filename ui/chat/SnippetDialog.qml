pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// The library of prompts: own texts that "/" offers in the composer.
AppDialog {
    id: dialog

    required property SnippetsModel snippets
    // What is being written: 0, a new one.
    property var editedId: 0
    property bool editing: false

    function show() {
        editing = snippets.all.length === 0;
        if (editing)
            edit(0, "", "");
        open();
    }
    function edit(id: var, name: string, text: string) {
        editedId = id;
        nameField.text = name;
        textField.text = text;
        textField.area.text = text;
        editing = true;
        Qt.callLater(() => nameField.forceActiveFocus());
    }
    function save() {
        if (snippets.save(editedId, nameField.text, textField.area.text))
            editing = false;
    }

    heading: editing ? (editedId === 0 ? qsTr("New prompt") : qsTr("Edit the prompt")) : qsTr("Prompts")

    ColumnLayout {
        width: parent.width
        spacing: Theme.space3

        Text {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            text: dialog.editing ? qsTr("Words in {braces} are filled in when the prompt is used: Tab leads from one to the next.") : qsTr("Type / at the start of a message to use one.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontSmall
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Repeater {
            model: dialog.editing ? 0 : dialog.snippets.all.length
            Card {
                id: card
                required property int index
                readonly property var snippet: dialog.snippets.all[index] ?? ({
                        snippetId: 0,
                        name: "",
                        text: ""
                    })
                objectName: "snippetCard"
                Layout.fillWidth: true
                Layout.leftMargin: Theme.space6
                Layout.rightMargin: Theme.space6
                implicitHeight: names.height + Theme.space2 * 2
                Column {
                    id: names
                    x: Theme.space3
                    y: Theme.space2
                    width: buttons.x - x - Theme.space2
                    Text {
                        width: parent.width
                        text: card.snippet.name
                        color: Theme.text
                        font.pixelSize: Theme.fontUi
                        font.weight: Theme.fontMedium
                        elide: Text.ElideRight
                        textFormat: Text.PlainText
                    }
                    Text {
                        width: parent.width
                        text: card.snippet.text
                        color: Theme.textMuted
                        font.pixelSize: Theme.fontSmall
                        wrapMode: Text.Wrap
                        maximumLineCount: 2
                        elide: Text.ElideRight
                        textFormat: Text.PlainText
                    }
                }
                Row {
                    id: buttons
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.space2
                    anchors.verticalCenter: parent.verticalCenter
                    IconButton {
                        objectName: "editSnippet"
                        symbol: "edit"
                        label: qsTr("Edit %1").arg(card.snippet.name)
                        size: Theme.controlSmall
                        iconSize: Theme.iconSmall
                        onClicked: dialog.edit(card.snippet.snippetId, card.snippet.name, card.snippet.text)
                    }
                    IconButton {
                        objectName: "deleteSnippet"
                        symbol: "trash"
                        label: qsTr("Delete %1").arg(card.snippet.name)
                        size: Theme.controlSmall
                        iconSize: Theme.iconSmall
                        onClicked: dialog.snippets.remove(card.snippet.snippetId)
                    }
                }
            }
        }
        AppTextField {
            id: nameField
            objectName: "snippetName"
            visible: dialog.editing
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Name")
            placeholderText: qsTr("Name")
        }
        AppTextArea {
            id: textField
            objectName: "snippetText"
            visible: dialog.editing
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            implicitWidth: Theme.fieldWidth
            implicitHeight: Theme.space12 * 4
            label: qsTr("Text of the prompt")
        }
        DialogButtons {
            AppButton {
                objectName: "newSnippet"
                visible: !dialog.editing
                text: qsTr("New prompt")
                symbol: "plus"
                onClicked: dialog.edit(0, "", "")
            }
            AppButton {
                visible: dialog.editing
                text: qsTr("Cancel")
                onClicked: dialog.snippets.all.length === 0 ? dialog.close() : dialog.editing = false
            }
            AppButton {
                objectName: "saveSnippet"
                visible: dialog.editing
                text: qsTr("Save")
                primary: true
                enabled: nameField.text.trim() !== "" && textField.area.text.trim() !== ""
                onClicked: dialog.save()
            }
        }
    }
}
