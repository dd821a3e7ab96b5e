import QtQuick
import QtTest
import Hearth.Ui

// The Tab key: where the focus goes, and that it is never caught.
WindowCase {
    id: test
    name: "Focus"

    function test_tab_goes_from_message_to_message_after_scrolling_up() {
        talk(20);
        tryVerify(() => list().contentY > 500);
        app.jumpRequested(7);
        wait(50);
        app.jumpRequested(3);
        wait(50);
        find("conversationReader").forceActiveFocus(Qt.TabFocusReason);
        let last = -1;
        for (let i = 0; i < 30; ++i) {
            keyClick(Qt.Key_Tab);
            wait(1);
            let message = window.activeFocusItem;
            while (message && message.parent !== list().contentItem)
                message = message.parent;
            verify(message, "still inside");
            verify(message.index === last || message.index === last + 1 || last < 0, message.index + " after " + last);
            verify(inView(window.activeFocusItem, list()));
            last = message.index;
        }
        for (let i = 0; i < 60 && !find("conversationReader").activeFocus; ++i)
            keyClick(Qt.Key_Backtab, Qt.ShiftModifier);
        verify(find("conversationReader").activeFocus);
    }
    function test_tab_walks_through_everything_and_comes_back_data() {
        return [{tag: "forward", forward: true}, {tag: "backward", forward: false}];
    }
    function test_tab_walks_through_everything_and_comes_back(data: var) {
        app.addQuestion("Show code");
        app.addAnswer([{kind: "thinking", title: "Thought", html: "x"}, {kind: "code", code: "a = 1"}], {versionIndex: 2, versionCount: 3});
        app.model.state = "failed";
        app.model.isStarter = false;
        app.model.errorCause = "It broke.";
        app.notice = "Read-only.";
        app.finder.count = 3;
        app.undoText = "Chat deleted";
        app.busy = true;
        keyClick(Qt.Key_F, Qt.ControlModifier);
        waitForRendering(window.contentItem);
        find("composer").forceActiveFocus();
        type("x");
        const stops = [];
        for (let i = 0; i < 80; ++i) {
            data.forward ? keyClick(Qt.Key_Tab) : keyClick(Qt.Key_Backtab, Qt.ShiftModifier);
            const item = window.activeFocusItem;
            verify(item && item.visible, "stop " + i);
            if (item === find("composer"))
                break;
            stops.push(where());
        }
        compare(find("composer").text, "x");
        verify(find("composer").activeFocus, "no way back from " + stops.join(" "));
        const expected = ["stopButton", "sendButton", "undoButton", "collapseSidebarButton", "newChatButton", "chatSearch", "settingsButton", "modelChip", "findField", "findPrevious", "findNext", "findClose", "dismissNotice", "errorAction",
            "errorSecondAction", "errorThirdAction", "conversationReader", "thinkingToggle", "wrapCodeButton", "saveCodeButton", "copyCodeButton", "copyAnswerButton", "retryButton", "previousVersion", "nextVersion", "compareVersions"];
        const found = (data.forward ? stops : stops.slice().reverse()).filter(name => expected.includes(name));
        compare(found.filter((name, i) => found.indexOf(name) === i).join(" "), expected.join(" "));
    }
    function test_tab_stays_inside_a_dialog_and_walks_round_it() {
        keyClick(Qt.Key_Comma, Qt.ControlModifier);
        const dialog = opened("settingsDialog");
        const first = window.activeFocusItem;
        let round = 0;
        for (; round < 80; ++round) {
            keyClick(Qt.Key_Tab);
            let item = window.activeFocusItem;
            if (item === first)
                break;
            while (item && item !== dialog.contentItem)
                item = item.parent;
            verify(item, "left the dialog at " + round);
        }
        verify(round > 20 && round < 80, "stops: " + round);
    }
}
