import QtQuick
import Hearth.App
import Hearth.Ui

// The chat template in place of the model's own, and a chat as the model gets it with it.
OwnRow {
    id: row

    required property VariantSettingsModel editor

    setting: editor.chatTemplate
    heading: qsTr("Chat template")
    help: setting.own ? qsTr("Jinja, as in the files of models. Leave it alone unless answers look broken.") : qsTr("The model's own is used.")
    Column {
        width: row.width
        spacing: Theme.space2
        AppTextArea {
            objectName: "templateText"
            width: parent.width
            implicitHeight: Theme.space12 * 3
            label: qsTr("Chat template")
            mono: true
            text: row.setting.text
            onEdited: text => row.setting.text = text
        }
        Text {
            width: parent.width
            text: row.editor.previewBusy ? qsTr("Preview…") : qsTr("Preview: what the model gets")
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            textFormat: Text.PlainText
        }
        Text {
            objectName: "templateProblem"
            width: parent.width
            visible: text !== ""
            text: row.editor.previewProblem
            color: Theme.danger
            font.pixelSize: Theme.fontSmall
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            textFormat: Text.PlainText
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
        AppTextArea {
            objectName: "templatePreview"
            width: parent.width
            implicitHeight: Theme.space12 * 3
            visible: row.editor.previewProblem === ""
            label: qsTr("Preview: what the model gets")
            mono: true
            readOnly: true
            text: row.editor.preview
        }
    }
}
