import QtQuick
import QtTest
import Hearth.Ui

// The icon in the notification area: closing hides, leaving ends; unseen answers are marked.
WindowCase {
    id: test
    name: "Tray"

    function calls(name: string): int {
        return app.calls.filter(call => call[0] === name).length;
    }

    function test_closing_hides_only_with_the_setting_data() {
        return [{tag: "on", tray: true, possible: true, hides: true}, {tag: "off", tray: false, possible: true, hides: false}, {tag: "no area", tray: true, possible: false, hides: false}];
    }
    function test_closing_hides_only_with_the_setting(data: var) {
        app.settings.trayPossible = data.possible;
        app.settings.tray = data.tray;
        app.unsaved = !data.hides; // keeps the window of the other cases open
        window.close();
        compare(window.visible, !data.hides);
        compare(calls("quit"), 0);
        app.raiseRequested();
        tryVerify(() => window.visible);
    }
    function test_a_hidden_window_is_shown_again() {
        app.settings.tray = true;
        window.close();
        verify(!window.visible);
        app.raiseRequested();
        verify(window.visible);
        tryVerify(() => window.active);
    }
    function test_a_notification_shows_its_page() {
        const pages = find("pages");
        app.pageRequested("models");
        compare(pages.current, "models");
        app.pageRequested("chat");
        compare(pages.current, "chat");
    }
    function test_the_end_of_the_session_closes_it() {
        app.settings.tray = true;
        app.unsaved = true;
        app.quitComing();
        window.close();
        verify(window.visible);
        opened("unsavedDialog").close();
        window.close(); // the end was called off
        verify(!window.visible);
        app.unsaved = false;
    }
    function test_quit_ends_it() {
        app.settings.tray = true;
        window.close();
        app.leaveRequested();
        compare(calls("quit"), 1);
    }
    function test_the_quit_key_ends_it() {
        app.settings.tray = true;
        keyClick(Qt.Key_Q, Qt.ControlModifier);
        compare(calls("quit"), 1);
    }
    function test_quit_asks_about_what_is_not_saved() {
        app.settings.tray = true;
        app.unsaved = true;
        window.close();
        verify(!window.visible);
        app.leaveRequested();
        verify(window.visible);
        compare(calls("quit"), 0);
        const dialog = opened("unsavedDialog");
        dialog.closeAnyway();
        compare(calls("quit"), 1);
    }
    function test_the_setting_says_why_it_cannot_be_used() {
        app.settings.trayPossible = false;
        find("settingsDialog").open();
        opened("settingsDialog");
        find("settingsSearch").text = "notification area";
        const toggle = find("tray");
        verify(!toggle.enabled);
        verify(toggle.visible);
        app.settings.trayPossible = true;
        verify(toggle.enabled);
        toggle.toggle();
        toggle.toggled();
        verify(app.settings.tray);
    }
    function test_notifications_can_be_turned_off() {
        find("settingsDialog").open();
        opened("settingsDialog");
        const toggle = find("notifications");
        verify(toggle.checked);
        toggle.toggle();
        toggle.toggled();
        verify(!app.settings.notifications);
    }
    function test_an_unseen_answer_is_marked() {
        verify(!findChild(row(0), "chatDot").visible);
        app.chats.change(0, {unread: true});
        tryVerify(() => findChild(row(0), "chatDot").visible);
        compare(row(0).Accessible.name, "Chat 1, new answer");
        app.chats.change(0, {unread: false});
        tryVerify(() => !findChild(row(0), "chatDot").visible);
        compare(row(0).Accessible.name, "Chat 1");
    }
}
