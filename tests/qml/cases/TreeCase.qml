import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// Tests of a chat with one question and its answer: its messages, their editors and their menu.
WindowCase {
    function talkOnce() {
        app.addQuestion("What is fire?", {
            versionIndex: 2,
            versionCount: 3
        });
        app.addAnswer([{html: "Hot."}], {
            text: "Hot."
        });
        waitForRendering(window.contentItem);
        tryVerify(() => message(1) !== null);
    }
    function message(index: int) {
        return list().itemAtIndex(index);
    }
    function editorOf(index: int) {
        tryVerify(() => findChild(message(index), "messageEditor") !== null);
        return findChild(message(index), "messageEditor");
    }
    function calls(name: string): var {
        return app.calls.filter(call => call[0] === name);
    }
    // The menu of a message, opened by `open`.
    function menuBy(open: var) {
        open();
        const menu = find("messageMenu");
        tryVerify(() => menu.opened);
        waitForRendering(window.contentItem);
        return menu;
    }
    function choose(action: string) {
        mouseClick(find(action));
    }
}
