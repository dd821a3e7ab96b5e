import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// The whole window: sidebar, shortcuts, settings, links, narrow layout.
TestCase {
    id: test

    name: "Window"
    when: windowShown

    property var app
    property var window

    Component {
        id: mockComponent
        AppViewModel {}
    }
    Component {
        id: windowComponent
        Main {}
    }

    function init() {
        app = mockComponent.createObject(test);
        for (let i = 1; i <= 3; ++i)
            app.chats.append({chatId: i, title: "Chat " + i, current: i === 2});
        app.currentChatId = 2;
        window = windowComponent.createObject(test, {app: app, width: 1000, height: 700});
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
    }
    function find(name: string) {
        return findChild(window, name);
    }
    function row(index: int) {
        return find("chatList").itemAtIndex(index);
    }

    function test_composer_has_the_focus_at_start() {
        verify(find("composer").activeFocus);
    }
    function test_click_opens_a_chat() {
        mouseClick(row(0));
        compare(app.calls[0], ["openChat", 1]);
    }
    function test_new_chat_by_button_and_shortcut() {
        mouseClick(find("newChatButton"));
        compare(app.lastCall(), ["newChat"]);
        app.calls = [];
        keyClick(Qt.Key_N, Qt.ControlModifier);
        compare(app.lastCall(), ["newChat"]);
    }
    function test_rename_by_f2() {
        keyClick(Qt.Key_F2);
        const field = findChild(row(1), "renameField");
        verify(field.visible && field.activeFocus);
        compare(field.selectedText, "Chat 2");
        keyClick("N");
        keyClick("e");
        keyClick("w");
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["renameChat", 2, "New"]);
        compare(app.calls.length, 1);
        verify(!field.visible);
        verify(find("composer").activeFocus);
    }
    function test_rename_escape_keeps_the_title() {
        keyClick(Qt.Key_F2);
        keyClick("x");
        keyClick(Qt.Key_Escape);
        compare(app.calls.length, 0);
        verify(!findChild(row(1), "renameField").visible);
    }
    function test_rename_by_double_click() {
        mouseDoubleClickSequence(row(2));
        const field = findChild(row(2), "renameField");
        tryVerify(() => field.visible);
    }
    function test_delete_by_menu_and_undo() {
        row(0).forceActiveFocus(Qt.TabFocusReason);
        mouseMove(row(0), 40, 10);
        const button = findChild(row(0), "chatMenuButton");
        tryVerify(() => button.visible);
        mouseClick(button);
        const action = findChild(row(0), "deleteAction");
        tryVerify(() => action.visible);
        mouseClick(action);
        compare(app.lastCall(), ["deleteChat", 1]);
        const toast = find("undoToast");
        verify(!toast.visible);
        app.undoText = "Chat deleted";
        tryVerify(() => toast.visible);
        mouseClick(findChild(toast, "undoButton"));
        compare(app.lastCall(), ["undoDelete"]);
        app.undoText = "";
        tryVerify(() => !toast.visible);
    }
    function test_delete_key_needs_shift() {
        row(0).forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Delete);
        keyClick(Qt.Key_Backspace);
        compare(app.calls.length, 0);
        keyClick(Qt.Key_Delete, Qt.ShiftModifier);
        compare(app.lastCall(), ["deleteChat", 1]);
    }
    function test_escape_stops_the_answer() {
        keyClick(Qt.Key_Escape);
        compare(app.calls.length, 0);
        app.busy = true;
        keyClick(Qt.Key_Escape);
        compare(app.lastCall(), ["stop"]);
    }
    function test_escape_closes_settings_before_it_stops() {
        app.busy = true;
        keyClick(Qt.Key_Comma, Qt.ControlModifier);
        const dialog = find("settingsDialog");
        tryVerify(() => dialog.opened);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !dialog.visible);
        compare(app.calls.length, 0);
    }
    function test_settings_change_the_theme() {
        keyClick(Qt.Key_Comma, Qt.ControlModifier);
        const dialog = find("settingsDialog");
        tryVerify(() => dialog.opened);
        verify(!Theme.dark);
        mouseClick(findChild(dialog.contentItem, "option-dark"));
        compare(app.settings.theme, "dark");
        verify(Theme.dark);
        const dark = String(Theme.window);
        mouseClick(findChild(dialog.contentItem, "option-light"));
        verify(String(Theme.window) !== dark);
    }
    function test_ctrl_l_focuses_the_composer() {
        row(0).forceActiveFocus(Qt.TabFocusReason);
        verify(!find("composer").activeFocus);
        keyClick(Qt.Key_L, Qt.ControlModifier);
        verify(find("composer").activeFocus);
    }
    function test_sidebar_collapses_when_narrow() {
        const sidebar = find("sidebar");
        compare(sidebar.x, 0);
        window.width = 600;
        tryVerify(() => !sidebar.visible);
        mouseClick(find("showSidebarButton"));
        tryVerify(() => sidebar.visible && sidebar.x === 0);
        mouseClick(row(0));
        tryVerify(() => !sidebar.visible);
        window.width = 1000;
        tryVerify(() => sidebar.visible);
    }
    function test_model_state_and_panel() {
        compare(find("modelState").text, "Ready");
        const panel = find("modelPanel");
        mouseClick(find("modelChip"));
        tryVerify(() => panel.opened);
        mouseClick(findChild(panel.contentItem, "reloadModelAction"));
        compare(app.lastCall(), ["reloadModel"]);
        app.model.isStarter = false;
        mouseClick(find("modelChip"));
        tryVerify(() => panel.opened);
        wait(20); // what has just appeared gets its place
        mouseClick(findChild(panel.contentItem, "useStarterAction"));
        compare(app.lastCall(), ["useStarterModel"]);
    }
    function test_links_are_asked_about_and_only_web_and_mail_open() {
        const dialog = find("linkDialog");
        const open = findChild(dialog.contentItem, "openLinkButton");
        for (const bad of ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "ftp://a", "https:evil", "http://", " https://a b"]) {
            dialog.ask(bad);
            verify(!dialog.allowed, bad);
            tryVerify(() => dialog.opened);
            verify(!open.visible);
            dialog.close();
            tryVerify(() => !dialog.visible);
        }
        for (const good of ["https://example.org/a?b=c#d", "http://example.org", "mailto:a@example.org"]) {
            dialog.ask(good);
            verify(dialog.allowed, good);
            tryVerify(() => dialog.opened);
            verify(open.visible);
            dialog.close();
            tryVerify(() => !dialog.visible);
        }
    }
    function test_a_click_on_a_link_asks() {
        app.addAnswer([{html: "<a href='https://example.org'>" + "example ".repeat(20) + "</a>"}]);
        waitForRendering(window.contentItem);
        const list = find("conversationList");
        const dialog = find("linkDialog");
        verify(!dialog.visible);
        mouseClick(list, list.width / 2, 30);
        tryVerify(() => dialog.opened);
        compare(dialog.address, "https://example.org");
    }
}
