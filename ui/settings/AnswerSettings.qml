import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

SettingsSection {
    id: answers

    required property SettingsModel settings
    property bool starter: false

    heading: qsTr("Answers")

    SliderSetting {
        group: answers
        objectName: "temperature"
        heading: qsTr("Temperature")
        help: qsTr("Higher is more varied, lower more predictable; 0 always takes the likeliest word.")
        to: 2
        value: answers.settings.temperature
        onMoved: value => answers.settings.temperature = value
    }
    SliderSetting {
        group: answers
        objectName: "topP"
        heading: qsTr("Top-p")
        help: qsTr("Keeps the likeliest words up to this share; 1 keeps all.")
        value: answers.settings.topP
        onMoved: value => answers.settings.topP = value
    }
    SettingRow {
        group: answers
        heading: qsTr("Top-k")
        help: qsTr("Chooses among this many words at most.")
        NumberField {
            objectName: "topK"
            label: qsTr("Top-k")
            zeroText: qsTr("Off")
            to: 1000
            stepSize: 10
            value: answers.settings.topK
            onValueModified: answers.settings.topK = value
        }
    }
    SliderSetting {
        group: answers
        objectName: "minP"
        heading: qsTr("Min-p")
        help: qsTr("Leaves out words below this share of the likeliest one; 0 leaves out none.")
        step: 0.01
        value: answers.settings.minP
        onMoved: value => answers.settings.minP = value
    }
    SliderSetting {
        group: answers
        objectName: "repeatPenalty"
        heading: qsTr("Repeat penalty")
        help: qsTr("Lowers the chance of words that were just used; 1 does nothing.")
        from: 1
        to: 2
        value: answers.settings.repeatPenalty
        onMoved: value => answers.settings.repeatPenalty = value
    }
    SettingRow {
        group: answers
        heading: qsTr("Restore defaults")
        help: qsTr("Sets temperature, top-p, top-k, min-p and repeat penalty as they were at first.")
        AppButton {
            objectName: "resetSampling"
            text: qsTr("Restore defaults")
            symbol: "undo"
            onClicked: answers.settings.resetSampling()
        }
    }
    SettingRow {
        group: answers
        heading: qsTr("Longest answer")
        help: qsTr("In tokens; a token is about three quarters of a word.")
        NumberField {
            objectName: "maxTokens"
            label: qsTr("Longest answer")
            zeroText: qsTr("No limit")
            to: 131072
            stepSize: 256
            value: answers.settings.maxTokens
            onValueModified: answers.settings.maxTokens = value
        }
    }
    SettingRow {
        group: answers
        below: true
        heading: qsTr("When a chat is longer than the context")
        help: qsTr("Holds for all chats that choose nothing else in their own settings.")
        ContextChoice {
            objectName: "contextPolicy"
            width: parent.width
            value: answers.settings.contextPolicy
            onChosen: policy => answers.settings.contextPolicy = policy
        }
    }
    SettingRow {
        group: answers
        below: true
        heading: qsTr("System prompt")
        help: answers.starter ? qsTr("Instructions before every chat. The starter model was not trained on any, so it does not get them.") : qsTr("Instructions that the model reads before every chat.")
        ScrollView {
            width: parent.width
            height: Theme.space12 * 2
            TextArea {
                objectName: "systemPrompt"
                text: answers.settings.systemPrompt
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
                onEditingFinished: answers.settings.systemPrompt = text
                Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
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
