import QtQuick
import QtTest
import Hearth.Ui

// The pages beside the chat: how to come to them and back.
WindowCase {
    name: "Pages"

    function shown(): string {
        return find("pages").current;
    }

    function test_by_the_sidebar_and_back_data() {
        return [{tag: "models", heading: "Models"}, {tag: "adapters", heading: "Adapters"}];
    }
    function test_by_the_sidebar_and_back(data: var) {
        talk(3);
        app.currentTitle = "Chat 2";
        type("draft");
        mouseClick(find(data.tag + "Button"));
        compare(shown(), data.tag);
        const page = find(data.tag + "Page");
        verify(page.visible && page.activeFocus);
        verify(!find("composer").visible);
        compare(findChild(page, "pageHeading").text, data.heading);
        compare(window.title, data.heading + " — Hearth");
        verify(find(data.tag + "Button").Accessible.selected);
        keyClick(Qt.Key_Escape);
        compare(shown(), "chat");
        compare(window.title, "Chat 2 — Hearth");
        verify(find("composer").activeFocus);
        compare(find("composer").text, "draft", "the chat page was kept");
        verify(!page.visible);
        mouseClick(find(data.tag + "Button"));
        mouseClick(findChild(page, "backToChat"));
        compare(shown(), "chat");
    }
    function test_by_keys() {
        keyClick(Qt.Key_M, Qt.ControlModifier | Qt.ShiftModifier);
        compare(shown(), "models");
        keyClick(Qt.Key_A, Qt.ControlModifier | Qt.ShiftModifier);
        compare(shown(), "adapters");
        keyClick(Qt.Key_L, Qt.ControlModifier);
        compare(shown(), "chat");
        verify(find("composer").activeFocus);
    }
    function test_what_opens_a_chat_leads_back_to_it_data() {
        return [{tag: "row", act: () => mouseClick(row(0))}, {tag: "open row", act: () => mouseClick(row(1))}, {tag: "new chat", act: () => mouseClick(find("newChatButton"))}, {tag: "Ctrl+N", act: () => keyClick(Qt.Key_N, Qt.ControlModifier)},
            {tag: "Alt+Down", act: () => keyClick(Qt.Key_Down, Qt.AltModifier)}, {tag: "model panel", act: () => {
                        keyClick(Qt.Key_M, Qt.ControlModifier);
                        opened("modelPanel");
                    }}, {tag: "search result", act: () => {
                        app.search.query = "fox";
                        app.search.append({chatId: 1, title: "A fox", snippet: "A <b>fox</b>", section: "Titles", when: "Today"});
                        waitForRendering(window.contentItem);
                        mouseClick(find("searchResults").itemAtIndex(0));
                    }}];
    }
    function test_what_opens_a_chat_leads_back_to_it(data: var) {
        find("pages").show("models");
        compare(shown(), "models");
        data.act();
        compare(shown(), "chat", data.tag);
    }
    function test_the_starter_model_points_to_larger_ones() {
        mouseClick(find("starterDiscover"));
        compare(shown(), "models");
        compare(find("modelsPage").tab, "discover");
    }
    function test_deleting_a_chat_leaves_the_page() {
        find("pages").show("models");
        app.currentChatId = 0;
        compare(shown(), "models");
        keyClick(Qt.Key_Delete, Qt.ControlModifier | Qt.ShiftModifier);
        keyClick(Qt.Key_R, Qt.ControlModifier);
        compare(app.calls.length, 0, "keys of the chat do nothing on other pages");
    }
    function test_escape_does_not_stop_the_answer_behind() {
        app.busy = true;
        find("pages").show("models");
        keyClick(Qt.Key_Escape);
        compare(app.calls.length, 0);
        compare(shown(), "chat");
    }
    function test_parts_of_a_page_data() {
        return [{tag: "models"}, {tag: "adapters"}];
    }
    function test_parts_of_a_page(data: var) {
        find("pages").show(data.tag);
        const page = find(data.tag + "Page");
        const inSidebar = () => find("sidebar").activeFocus;
        const before = window.activeFocusItem;
        for (let i = 0; i < 8 && !inSidebar(); ++i)
            keyClick(Qt.Key_F6);
        verify(inSidebar());
        keyClick(Qt.Key_F6);
        verify(page.activeFocus);
        keyClick(Qt.Key_F6, Qt.ShiftModifier);
        verify(inSidebar());
        keyClick(Qt.Key_F6, Qt.ShiftModifier);
        verify(page.headerFocused);
    }
    function test_notices_are_shown_on_pages_too() {
        app.notice = "Read-only.";
        find("pages").show("models");
        const banner = findChild(find("modelsPage"), "pageNotice");
        verify(banner.visible);
        mouseClick(findChild(banner, "dismissNotice"));
        compare(app.lastCall(), ["dismissNotice"]);
        verify(!banner.visible);
    }
    function test_a_narrow_window_opens_pages_from_the_overlay() {
        window.width = 600;
        keyClick(Qt.Key_B, Qt.ControlModifier);
        tryVerify(() => find("sidebar").visible && find("sidebar").x === 0);
        mouseClick(find("modelsButton"));
        compare(shown(), "models");
        tryVerify(() => !find("sidebar").visible);
        const button = findChild(find("modelsPage"), "pageSidebarButton");
        verify(button.visible);
        mouseClick(button);
        tryVerify(() => find("sidebar").visible);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !find("sidebar").visible);
        compare(shown(), "models", "Esc closes the overlay only");
    }
    function test_a_low_sidebar_shows_marks_only() {
        const entry = find("modelsButton");
        const high = entry.parent.height;
        window.height = 360;
        waitForRendering(window.contentItem);
        verify(entry.parent.height < high);
        verify(find("chatList").height >= Theme.control);
        app.settings.fontPercent = 160;
        waitForRendering(window.contentItem);
        verify(find("chatList").height >= Theme.control, "room for a chat: " + find("chatList").height);
        mouseClick(entry);
        compare(shown(), "models");
    }
}
