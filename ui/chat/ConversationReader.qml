import QtQuick

// Has the focus when the conversation as a whole has it.
Item {
    objectName: "conversationReader"
    anchors.fill: parent
    focus: true
    activeFocusOnTab: true
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Conversation")
    Accessible.focusable: true
}
