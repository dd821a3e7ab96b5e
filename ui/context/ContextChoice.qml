pragma ComponentBehavior: Bound
import QtQuick
import Hearth.Ui

// What happens when a conversation is longer than the context of the model.
Column {
    id: choice

    required property string value
    readonly property var options: [{value: "drop", text: qsTr("Leave out the oldest messages"), note: qsTr("The model does not read them any more; they stay in the chat.")}, {value: "summarise", text: qsTr("Summarise the oldest messages"), note: qsTr("The model reads a summary in place of them, which it writes itself; that takes some time.")}, {value: "stop", text: qsTr("Leave out nothing"), note: qsTr("When there is no room left, there are no more answers in the chat.")}]

    signal chosen(string policy)

    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("When this chat is longer than the context")
    Repeater {
        model: choice.options
        ChoiceRow {
            required property var modelData
            objectName: "policy_" + modelData.value
            width: choice.width
            text: modelData.text
            note: modelData.note
            on: choice.value === modelData.value
            onClicked: choice.chosen(modelData.value)
        }
    }
}
