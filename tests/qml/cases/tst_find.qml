import QtQuick
import QtTest
import Hearth.Ui

// Finding words in the open chat, and jumps to a message wherever it is.
WindowCase {
    name: "Find"

    function mark(index: int) {
        return findChild(list().itemAtIndex(index), "mark");
    }

    function test_ctrl_f_opens_and_escape_closes_and_clears() {
        talk(2);
        verify(!find("findBar").visible);
        keyClick(Qt.Key_F, Qt.ControlModifier);
        verify(find("findBar").visible);
        verify(find("findField").activeFocus);
        type("moon");
        compare(app.finder.query, "moon");
        keyClick(Qt.Key_Escape);
        verify(!find("findBar").visible);
        compare(app.finder.query, "");
        verify(find("composer").activeFocus);
    }
    function test_an_empty_chat_has_nothing_to_find() {
        keyClick(Qt.Key_F, Qt.ControlModifier);
        keyClick(Qt.Key_F3);
        verify(!find("findBar").visible);
        talk(1);
        keyClick(Qt.Key_F, Qt.ControlModifier);
        verify(find("findBar").visible);
        app.conversation.clear();
        verify(!find("findBar").visible);
    }
    function test_state_in_words() {
        talk(1);
        keyClick(Qt.Key_F, Qt.ControlModifier);
        verify(!find("findState").visible);
        type("x");
        compare(find("findState").text, "No matches");
        verify(!find("findNext").enabled && !find("findPrevious").enabled);
        app.finder.count = 5;
        app.finder.current = 2;
        compare(find("findState").text, "2 of 5");
        verify(find("findNext").enabled);
    }
    function test_keys_and_buttons_move() {
        talk(1);
        keyClick(Qt.Key_F, Qt.ControlModifier);
        type("x");
        app.finder.count = 3;
        app.finder.current = 1;
        keyClick(Qt.Key_Return);
        compare(app.finder.current, 2);
        keyClick(Qt.Key_Return, Qt.ShiftModifier);
        compare(app.finder.current, 1);
        keyClick(Qt.Key_F3);
        compare(app.finder.current, 2);
        keyClick(Qt.Key_F3, Qt.ShiftModifier);
        compare(app.finder.current, 1);
        mouseClick(find("findNext"));
        compare(app.finder.current, 2);
        mouseClick(find("findPrevious"));
        compare(app.finder.current, 1);
        find("composer").forceActiveFocus();
        keyClick(Qt.Key_F3);
        compare(app.finder.current, 2);
        mouseClick(find("findClose"));
        verify(!find("findBar").visible);
    }
    function test_escape_in_the_bar_leaves_a_running_answer_alone() {
        talk(1);
        app.busy = true;
        keyClick(Qt.Key_F, Qt.ControlModifier);
        keyClick(Qt.Key_Escape);
        compare(app.calls.length, 0);
        keyClick(Qt.Key_Escape);
        compare(app.lastCall(), ["stop"]);
    }
    function test_jump_shows_and_marks_a_message_far_away() {
        talk(60);
        tryVerify(() => list().contentY > 1000);
        for (const target of [3, 90, 42]) {
            app.markedMessageId = target + 1;
            app.jumpRequested(target);
            tryVerify(() => list().itemAtIndex(target) !== null && inView(list().itemAtIndex(target), list()), 1000, "row " + target);
            tryVerify(() => mark(target).opacity === 1);
            verify(!mark(target - 1).visible);
        }
        tryVerify(() => !mark(42).visible, 4000);
    }
    function test_a_jump_ends_following() {
        talk(30);
        app.jumpRequested(2);
        wait(50);
        const y = list().contentY;
        app.addAnswer([{html: "more"}]);
        wait(50);
        compare(list().contentY, y);
    }
    function test_a_long_message_is_shown_from_its_beginning() {
        talk(5);
        app.addAnswer([{html: "long ".repeat(4000)}]);
        talk(5);
        app.jumpRequested(10);
        tryVerify(() => {
            const item = list().itemAtIndex(10);
            return item && Math.abs(item.mapToItem(list(), 0, 0).y) < 2;
        });
    }
    function test_the_words_are_selected_and_in_view() {
        talk(3);
        app.addAnswer([{html: "long ".repeat(4000)}, {kind: "list", html: "<ul><li>a <b>Needle</b> in it</li></ul>"}, {html: "end ".repeat(2000)}]);
        app.addAnswer([{kind: "code", code: "int needle = 1;"}]);
        keyClick(Qt.Key_F, Qt.ControlModifier);
        type("needle");
        app.jumpRequested(6);
        tryVerify(() => list().itemAtIndex(6) !== null);
        const texts = find("matchMarker").textsIn(list().itemAtIndex(6), []);
        const edit = texts.find(t => t.selectedText !== "");
        compare(edit.selectedText, "Needle");
        tryVerify(() => inView(edit, list()));
        app.jumpRequested(7);
        tryCompare(find("matchMarker").marked, "selectedText", "needle");
        compare(edit.selectedText, "");
        const code = find("matchMarker").marked;
        keyClick(Qt.Key_Escape);
        compare(code.selectedText, "");
    }
    function test_rows_that_do_not_exist_are_ignored() {
        talk(1);
        app.jumpRequested(7);
        app.jumpRequested(-1);
        wait(20);
    }
}
