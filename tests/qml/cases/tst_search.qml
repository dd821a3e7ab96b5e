import QtQuick
import QtTest
import Hearth.Ui

// Searching all chats from the sidebar.
WindowCase {
    name: "Search"

    function fill() {
        app.search.append({chatId: 1, title: "A fox", snippet: "A <b>fox</b>", section: "Titles", when: "Today"});
        app.search.append({chatId: 3, messageId: 31, title: "Chat 3", snippet: "the <b>fox</b> ran &lt;away&gt;", section: "Messages", when: "12 Oct"});
        app.search.append({chatId: 3, messageId: 32, title: "", snippet: "word ".repeat(80) + "<b>fox</b>", section: "Messages", when: "13 Oct"});
        waitForRendering(window.contentItem);
    }
    function search(text: string) {
        keyClick(Qt.Key_F, Qt.ControlModifier | Qt.ShiftModifier);
        type(text);
    }
    function result(index: int) {
        return find("searchResults").itemAtIndex(index);
    }

    function test_the_key_goes_to_the_field_and_selects_its_text() {
        search("fox");
        const field = find("chatSearch");
        verify(field.activeFocus);
        compare(app.search.query, "fox");
        keyClick(Qt.Key_L, Qt.ControlModifier);
        verify(!field.activeFocus);
        keyClick(Qt.Key_F, Qt.ControlModifier | Qt.ShiftModifier);
        compare(field.selectedText, "fox");
    }
    function test_the_key_shows_a_hidden_sidebar() {
        keyClick(Qt.Key_B, Qt.ControlModifier);
        tryVerify(() => !find("sidebar").visible);
        keyClick(Qt.Key_F, Qt.ControlModifier | Qt.ShiftModifier);
        tryVerify(() => find("sidebar").visible);
        verify(find("chatSearch").activeFocus);
        keyClick(Qt.Key_B, Qt.ControlModifier);
        verify(find("composer").activeFocus, "the focus leaves with the sidebar");
    }
    function test_results_take_the_place_of_the_chats() {
        verify(find("chatList").visible && !find("searchResults").visible);
        search("fox");
        fill();
        verify(!find("chatList").visible && find("searchResults").visible);
        compare(find("searchResults").count, 3);
        app.search.query = "";
        verify(find("chatList").visible && !find("searchResults").visible);
        compare(find("chatSearch").text, "");
    }
    function test_results_show_markup_of_matches_only_and_two_lines() {
        search("fox");
        fill();
        const text = findChild(result(1), "snippet");
        compare(text.getText(0, text.length), "the fox ran <away>");
        verify(!text.enabled);
        const longText = findChild(result(2), "snippet");
        verify(longText.lineCount > 2);
        fuzzyCompare(longText.parent.height, Theme.snippetLine * 2, 1);
        verify(result(2).height < Theme.snippetLine * 5);
        verify(result(2).Accessible.name.startsWith("New chat, 13 Oct: word"));
        compare(result(0).Accessible.name, "A fox, Today");
    }
    function test_keys_in_the_field_move_through_the_results_and_open_one() {
        search("fox");
        fill();
        const list = find("searchResults");
        compare(list.currentIndex, 0);
        keyClick(Qt.Key_Down);
        compare(list.currentIndex, 1);
        verify(find("chatSearch").activeFocus);
        compare(find("chatSearch").Accessible.description, result(1).Accessible.name);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Down);
        compare(list.currentIndex, 2);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["openResult", 1]);
        compare(app.search.query, "fox", "the results stay");
    }
    function test_enter_opens_the_first_result_and_goes_to_the_conversation() {
        talk(2);
        search("fox");
        fill();
        keyClick(Qt.Key_Enter, Qt.KeypadModifier);
        compare(app.lastCall(), ["openResult", 0]);
        verify(find("conversationReader").activeFocus);
    }
    function test_enter_without_results_does_nothing() {
        search("fox");
        keyClick(Qt.Key_Return);
        keyClick(Qt.Key_Down);
        compare(app.calls.length, 0);
        verify(find("chatSearch").activeFocus);
    }
    function test_click_opens_a_result() {
        search("fox");
        fill();
        mouseClick(result(1));
        compare(app.lastCall(), ["openResult", 1]);
    }
    function test_tab_reaches_the_results_and_up_leads_back() {
        search("fox");
        fill();
        keyClick(Qt.Key_Tab); // the clear button
        keyClick(Qt.Key_Tab);
        verify(find("searchResults").activeFocus);
        keyClick(Qt.Key_Down);
        compare(find("searchResults").currentIndex, 1);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["openResult", 1]);
        find("searchResults").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Up);
        verify(find("chatSearch").activeFocus);
    }
    function test_hint_helps_while_empty_and_names_what_is_wrong() {
        const hint = find("searchHint");
        verify(!hint.visible);
        keyClick(Qt.Key_F, Qt.ControlModifier | Qt.ShiftModifier);
        verify(hint.visible && hint.text.includes("folder:"));
        compare(find("chatSearch").Accessible.description, hint.text);
        type("f");
        verify(!hint.visible);
        app.search.hint = "No folder is called “x”.";
        verify(hint.visible);
        compare(hint.text, "No folder is called “x”.");
        compare(hint.color, Theme.warning);
    }
    function test_escape_clears_then_leaves() {
        search("fox");
        keyClick(Qt.Key_Escape);
        compare(app.search.query, "");
        verify(find("chatSearch").activeFocus);
        keyClick(Qt.Key_Escape);
        verify(find("composer").activeFocus);
    }
    function test_clear_button() {
        verify(!findChild(find("chatSearch"), "clearSearch").visible);
        search("fox");
        mouseClick(findChild(find("chatSearch"), "clearSearch"));
        compare(app.search.query, "");
        verify(find("chatSearch").activeFocus);
    }
    function test_nothing_found_says_so_but_not_while_searching() {
        search("zebra");
        const nothing = find("nothingFound");
        verify(nothing.visible);
        compare(find("nothingFoundText").text, "Nothing found for “zebra”");
        app.search.busy = true;
        verify(!nothing.visible);
    }
    function test_a_result_closes_the_overlay_of_a_narrow_window() {
        window.width = 600;
        tryVerify(() => !find("sidebar").visible);
        search("fox");
        tryVerify(() => find("sidebar").visible && find("sidebar").x === 0);
        fill();
        keyClick(Qt.Key_Return);
        tryVerify(() => !find("sidebar").visible);
    }
}
