import QtQml

// States of the context.
QtObject {
    id: scenes

    required property var parent
    readonly property var app: parent.app

    function fill(percent: int) {
        parent.story();
        app.busy = false;
        app.conversation.change(3, {status: "done"});
        app.context.known = true;
        app.context.percent = percent;
        app.context.draftText = "14 tokens";
        app.draft = "And what did the frog find behind the door?";
        app.context.numbers = [{name: "Instructions", value: "12"}, {name: "Conversation", value: "2,900"}, {name: "Your message", value: "14"}, {name: "Room for the answer", value: "1,170"}, {name: "Context of the model", value: "4,096"}];
    }
    function gauge() {
        fill(73);
        parent.opens = ["contextPanel.open"];
    }
    function full() {
        fill(100);
        app.context.warning = "This chat is longer than the context: its oldest messages are not read for the next answer.";
        app.context.unread = 2;
        app.context.firstRead = 3;
    }
    function summary() {
        fill(61);
        app.context.unread = 2;
        app.context.firstRead = 3;
        app.context.policy = "summarise";
        app.context.summary = "The person asked for a story about a little fox and the moon. The fox climbed a hill and talked to the moon, and another story was offered.";
    }
}
