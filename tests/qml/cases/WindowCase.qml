import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// A test of the whole window: every test function gets a new one, with three chats of which the second is open.
TestCase {
    id: test

    property var app
    property var window
    property int windowWidth: 1000
    property int windowHeight: 700

    property Component mockComponent: Component {
        AppViewModel {}
    }
    property Component windowComponent: Component {
        Main {}
    }

    when: windowShown

    function init() {
        app = mockComponent.createObject(test);
        for (let i = 1; i <= 3; ++i)
            app.chats.append({chatId: i, title: "Chat " + i, current: i === 2});
        app.currentChatId = 2;
        window = windowComponent.createObject(test, {app: app, width: windowWidth, height: windowHeight});
        verify(window);
        window.requestActivate();
        tryVerify(() => window.active);
        waitForRendering(window.contentItem);
    }
    function cleanup() {
        window.destroy();
        wait(0);
        app.destroy();
        Theme.dark = false;
        Theme.contrast = false;
        Shortcuts.stored = "";
        Theme.fontPercent = 100;
    }
    function find(name: string) {
        return findChild(window, name);
    }
    function list() {
        return find("conversationList");
    }
    // Name of the control with the focus, or of the nearest named thing around it.
    function where(): string {
        let item = window.activeFocusItem;
        while (item && item.objectName === "")
            item = item.parent;
        return item ? item.objectName : "";
    }
    function row(index: int) {
        return find("chatList").itemAtIndex(index);
    }
    function type(text: string) {
        for (const c of text)
            keyClick(c);
    }
    // A conversation that is much longer than the window.
    function talk(turns: int) {
        for (let i = 0; i < turns; ++i) {
            app.addQuestion("Question " + i);
            app.addAnswer([{html: ("Answer " + i + " ").repeat(10 + i % 7 * 30)}]);
        }
        waitForRendering(window.contentItem);
    }
    function opened(name: string) {
        const dialog = find(name);
        tryVerify(() => dialog.opened);
        waitForRendering(window.contentItem);
        return dialog;
    }
    // The item inside the window that shows `item` is on the screen from its top to its bottom.
    function inView(item: var, view: var): bool {
        const top = item.mapToItem(view, 0, 0).y;
        return top >= -1 && top + item.height <= view.height + 1;
    }
}
