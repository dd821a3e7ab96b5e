import QtQuick
import Hearth.Ui

// What can be done with one message; the same for its "more" button, the right mouse button and the menu key.
AppMenu {
    id: menu

    property var messageId: 0
    property bool question: false
    property bool working: false
    property bool hasText: true
    property bool canRetry: false
    property bool canResume: false
    // An answer of the chat is under way: nothing can be taken out of it then.
    property bool busy: false

    // "copy", "copyPlain", "edit", "retry", "retryWith", "resume", "branch", "outline" or "delete".
    signal chosen(string action, var messageId)

    // `message` is a UserMessage or AnswerMessage; x and y inside it.
    function show(message: Item, x: real, y: real) {
        messageId = message.messageId;
        question = message.question;
        working = message.working;
        hasText = message.hasText;
        canRetry = message.canRetry;
        canResume = message.canResume;
        popup(message, x, y);
    }

    objectName: "messageMenu"
    implicitWidth: Theme.menuWidth + Theme.space10

    AppMenuItem {
        objectName: "copyAction"
        text: qsTr("Copy")
        symbol: "copy"
        enabled: menu.hasText
        onTriggered: menu.chosen("copy", menu.messageId)
    }
    AppMenuItem {
        objectName: "copyPlainAction"
        text: qsTr("Copy as plain text")
        symbol: "copy"
        enabled: menu.hasText
        onTriggered: menu.chosen("copyPlain", menu.messageId)
    }
    AppMenuItem {
        objectName: "editAction"
        text: qsTr("Edit")
        symbol: "edit"
        enabled: !menu.working
        onTriggered: menu.chosen("edit", menu.messageId)
    }
    AppMenuItem {
        objectName: "retryAction"
        text: qsTr("Answer again")
        symbol: "retry"
        enabled: menu.canRetry
        onTriggered: menu.chosen("retry", menu.messageId)
    }
    AppMenuItem {
        objectName: "retryWithAction"
        text: qsTr("Answer again with…")
        symbol: "sparkle"
        enabled: menu.canRetry
        onTriggered: menu.chosen("retryWith", menu.messageId)
    }
    AppMenuItem {
        objectName: "resumeAction"
        text: qsTr("Continue the answer")
        symbol: "play"
        enabled: menu.canResume
        visible: !menu.question
        height: visible ? implicitHeight : 0
        onTriggered: menu.chosen("resume", menu.messageId)
    }
    AppMenuItem {
        objectName: "branchAction"
        text: qsTr("Branch from here")
        symbol: "branch"
        enabled: !menu.working
        onTriggered: menu.chosen("branch", menu.messageId)
    }
    AppMenuItem {
        objectName: "outlineAction"
        text: qsTr("Outline of the chat")
        symbol: "outline"
        onTriggered: menu.chosen("outline", menu.messageId)
    }
    AppMenuItem {
        objectName: "deleteMessageAction"
        text: qsTr("Delete the message")
        symbol: "trash"
        dangerous: true
        enabled: !menu.busy
        onTriggered: menu.chosen("delete", menu.messageId)
    }
}
