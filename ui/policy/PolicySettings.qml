pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// Rules of the person about words, and the note of origin on exports. All of it is off at first.
SettingsSection {
    id: section

    required property PolicyModel policy

    heading: qsTr("Content rules")

    SettingRow {
        group: section
        heading: qsTr("Use content rules")
        help: qsTr("Your own rules about words, checked on this computer: they mark what they find, or block it. They are no protection against what a model may say in other words.")
        AppSwitch {
            objectName: "policyOn"
            label: qsTr("Use content rules")
            checked: section.policy.on
            onToggled: section.policy.on = checked
        }
    }
    SettingRow {
        group: section
        below: true
        heading: qsTr("Rules")
        help: section.policy.rules.length === 0 ? qsTr("There is no rule yet.") : ""
        Column {
            width: parent.width
            spacing: Theme.space2
            Repeater {
                model: section.policy.rules
                PolicyRow {
                    required property var modelData
                    required property int index
                    objectName: "policyRule" + index
                    width: parent.width
                    rule: modelData
                    onEditRequested: editor.edit(index, modelData)
                    onRemoved: section.policy.remove(index)
                }
            }
            AppButton {
                objectName: "addRule"
                text: qsTr("Add a rule…")
                symbol: "plus"
                onClicked: editor.edit(-1, null)
            }
        }
    }
    SettingRow {
        group: section
        heading: qsTr("Note of origin on exports")
        help: qsTr("Exported chats end with a line that says which model wrote them, and when.")
        AppSwitch {
            objectName: "watermark"
            label: qsTr("Note of origin on exports")
            checked: section.policy.watermark
            onToggled: section.policy.watermark = checked
        }
    }
    PolicyDialog {
        id: editor
        policy: section.policy
    }
}
