import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

SettingsSection {
    id: section

    required property SettingsModel settings
    property bool starter: false

    heading: qsTr("Answers")

    SliderSetting {
        objectName: "temperature"
        heading: qsTr("Temperature")
        help: qsTr("Higher is more varied, lower more predictable; 0 always takes the likeliest word.")
        to: 2
        value: section.settings.temperature
        onMoved: value => section.settings.temperature = value
    }
    SliderSetting {
        objectName: "topP"
        heading: qsTr("Top-p")
        help: qsTr("Keeps the likeliest words up to this share; 1 keeps all.")
        value: section.settings.topP
        onMoved: value => section.settings.topP = value
    }
    SettingRow {
        heading: qsTr("Top-k")
        help: qsTr("Chooses among this many words at most.")
        NumberField {
            objectName: "topK"
            label: qsTr("Top-k")
            zeroText: qsTr("Off")
            to: 1000
            stepSize: 10
            value: section.settings.topK
            onValueModified: section.settings.topK = value
        }
    }
    SettingRow {
        heading: qsTr("Longest answer")
        help: qsTr("In tokens; a token is about three quarters of a word.")
        NumberField {
            objectName: "maxTokens"
            label: qsTr("Longest answer")
            zeroText: qsTr("No limit")
            to: 131072
            stepSize: 256
            value: section.settings.maxTokens
            onValueModified: section.settings.maxTokens = value
        }
    }
    Column {
        width: parent.width
        spacing: Theme.space2
        SettingRow {
            heading: qsTr("System prompt")
            help: section.starter ? qsTr("Instructions before every chat. The starter model was not trained on any, so it does not get them.") : qsTr("Instructions that the model reads before every chat.")
        }
        ScrollView {
            width: parent.width
            height: Theme.space12 * 2
            TextArea {
                objectName: "systemPrompt"
                text: section.settings.systemPrompt
                placeholderText: qsTr("For example: Answer briefly, in plain words.")
                placeholderTextColor: Theme.textFaint
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.Wrap
                color: Theme.text
                selectionColor: Theme.selection
                selectedTextColor: Theme.selectionText
                font.pixelSize: Theme.fontUi
                padding: Theme.space3
                Accessible.role: Accessible.EditableText
                Accessible.name: qsTr("System prompt")
                onEditingFinished: section.settings.systemPrompt = text
                KeyNavigation.priority: KeyNavigation.BeforeItem
                KeyNavigation.tab: nextItemInFocusChain()
                background: Rectangle {
                    radius: Theme.radius
                    color: Theme.surface
                    border.width: parent.activeFocus ? Theme.focusWidth : 1
                    border.color: parent.activeFocus ? Theme.accent : Theme.borderStrong
                }
            }
        }
    }
}
