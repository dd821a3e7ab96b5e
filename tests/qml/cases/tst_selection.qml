import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// Selecting by mouse and keys across blocks and messages, and what is copied.
WindowCase {
    name: "Selection"

    function area() {
        return find("selectionArea");
    }
    function selection() {
        return area().selection;
    }
    function textsOf(index: int): var {
        return find("matchMarker").textsIn(list().itemAtIndex(index), []);
    }
    // The middle of a character, in the area's coordinates.
    function place(edit: var, at: int): point {
        const box = edit.positionToRectangle(at);
        return edit.mapToItem(area(), box.x + 1, box.y + box.height / 2);
    }
    function drag(from: var, to: var) {
        mousePress(area(), from.x, from.y);
        mouseMove(area(), (from.x + to.x) / 2, (from.y + to.y) / 2);
        mouseMove(area(), to.x, to.y);
        mouseRelease(area(), to.x, to.y);
    }
    function story() {
        app.addQuestion("What is a tide?");
        app.addAnswer([{html: "The sea rises and falls."}, {kind: "list", html: "<ul><li>spring tide</li><li>neap tide</li></ul>"}, {kind: "code", code: "int tide = 2;\nint moon = 1;"},
                    {html: "See <a href=\"https://a.b\">the source</a>."}]);
        app.addQuestion("Thank you very much");
        waitForRendering(window.contentItem);
    }

    function test_a_drag_across_two_blocks() {
        story();
        const texts = textsOf(1);
        drag(place(texts[0], 8), place(texts[1], 6));
        compare(texts[0].selectedText, "rises and falls.");
        compare(texts[1].selectedText, "spring");
        keyClick(Qt.Key_C, Qt.ControlModifier);
        compare(app.lastCall(), ["copyText", "rises and falls.\n\nspring"]);
        keyClick(Qt.Key_C, Qt.ControlModifier | Qt.AltModifier);
        compare(app.lastCall(), ["copyText", "rises and falls.\n\nspring"]);
        keyClick(Qt.Key_Escape);
        verify(!selection().active);
        compare(texts[0].selectedText, "");
        compare(texts[1].selectedText, "");
    }
    function test_a_drag_upwards_across_messages() {
        story();
        const answer = textsOf(1);
        const thanks = textsOf(2)[0];
        drag(place(thanks, 5), place(answer[2], 4));
        compare(thanks.selectedText, "Thank");
        compare(answer[2].selectedText.replace(/\u2029/g, "\n"), "tide = 2;\nint moon = 1;");
        compare(answer[1].selectedText, "");
        keyClick(Qt.Key_C, Qt.ControlModifier);
        compare(app.lastCall()[1], "tide = 2;\nint moon = 1;\n\nSee the source.\n\nThank");
    }
    function test_two_and_three_clicks() {
        story();
        const text = textsOf(1)[0];
        const at = place(text, 10);
        mouseClick(area(), at.x, at.y);
        mouseClick(area(), at.x, at.y);
        compare(text.selectedText, "rises");
        mouseClick(area(), at.x, at.y);
        compare(text.selectedText, "The sea rises and falls.");
    }
    function test_shift_click_goes_on() {
        story();
        const text = textsOf(1)[0];
        const from = place(text, 4);
        const to = place(textsOf(1)[1], 6);
        mouseClick(area(), from.x, from.y);
        verify(!selection().active);
        mouseClick(area(), to.x, to.y, Qt.LeftButton, Qt.ShiftModifier);
        compare(selection().plainText(), "sea rises and falls.\n\nspring");
    }
    function test_ctrl_a_message_then_conversation() {
        story();
        const at = place(textsOf(2)[0], 3);
        mouseClick(area(), at.x, at.y);
        find("conversationReader").forceActiveFocus();
        selection().selectMessage(2);
        selection().clear();
        list().positionViewAtEnd();
        selection().selectMessage(2);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        compare(selection().plainText(), "What is a tide?\n\nThe sea rises and falls.\n\n• spring tide\n• neap tide\n\nint tide = 2;\nint moon = 1;\n\nSee the source.\n\nThank you very much");
        selection().clear();
        keyClick(Qt.Key_A, Qt.ControlModifier);
        verify(selection().active);
        verify(!selection().touches(0) || !selection().touches(2), "one message first");
    }
    function test_shift_and_arrows_by_message() {
        talk(20);
        find("conversationReader").forceActiveFocus();
        selection().selectMessage(30);
        for (let i = 0; i < 4; ++i)
            keyClick(Qt.Key_Up, Qt.ShiftModifier);
        verify(selection().touches(26) && selection().touches(30) && !selection().touches(25) && !selection().touches(31));
        tryVerify(() => list().itemAtIndex(26) !== null);
        keyClick(Qt.Key_Down, Qt.ShiftModifier);
        verify(!selection().touches(26));
    }
    function test_rows_that_are_not_there_belong_to_it() {
        talk(60);
        find("conversationReader").forceActiveFocus();
        selection().begin(0, 0, 3, ConversationSelection.Characters);
        selection().extend(119, 0, 6);
        keyClick(Qt.Key_Home);
        tryVerify(() => list().itemAtIndex(0) !== null);
        waitForRendering(window.contentItem);
        compare(textsOf(0)[0].selectedText, "stion 0");
        verify(list().itemAtIndex(60) === null);
        app.jumpRequested(60);
        tryVerify(() => list().itemAtIndex(60) !== null && list().itemAtIndex(0) === null);
        waitForRendering(window.contentItem);
        compare(textsOf(60)[0].selectedText, "Question 30");
        verify(selection().plainText().includes("Question 59\n\nAnswer"));
        compare(selection().plainText().slice(0, 7), "stion 0");
    }
    function test_the_edge_scrolls() {
        talk(30);
        app.jumpRequested(40);
        waitForRendering(window.contentItem);
        wait(50);
        const y = list().contentY;
        mousePress(area(), area().width / 2, area().height / 2);
        mouseMove(area(), area().width / 2, area().height / 2 - 40);
        const first = selection().row;
        mouseMove(area(), area().width / 2, -30);
        tryVerify(() => list().contentY < y - 1000, 5000);
        mouseRelease(area(), area().width / 2, -30);
        verify(selection().row < first - 2, selection().row + " from " + first);
        const row = selection().row;
        wait(80);
        compare(selection().row, row);
    }
    function test_a_click_on_a_link_asks_and_a_drag_does_not() {
        story();
        const text = textsOf(1)[3];
        drag(place(text, 6), place(text, 12));
        compare(text.selectedText, "e sour");
        verify(find("openLinkButton") === null || !find("openLinkButton").visible);
        const at = place(text, 8);
        mouseClick(area(), at.x, at.y);
        verify(!selection().active);
        tryVerify(() => find("openLinkButton") !== null && find("openLinkButton").visible);
    }
    function test_buttons_inside_still_work() {
        story();
        mouseClick(findChild(list().itemAtIndex(1), "copyCodeButton"));
        compare(app.lastCall(), ["copyText", "int tide = 2;\nint moon = 1;"]);
    }
    function test_menu_of_the_selection() {
        story();
        const texts = textsOf(1);
        drag(place(texts[0], 0), place(texts[0], 7));
        const at = place(texts[0], 3);
        mouseClick(area(), at.x, at.y, Qt.RightButton);
        opened("selectionMenu");
        mouseClick(find("copySelectionAction"));
        compare(app.lastCall(), ["copyText", "The sea"]);
        tryVerify(() => !find("selectionMenu").visible);
        keyClick(Qt.Key_F10, Qt.ShiftModifier);
        opened("selectionMenu");
        mouseClick(find("selectMessageAction"));
        verify(selection().plainText().endsWith("See the source."));
        const question = place(textsOf(0)[0], 3);
        tryVerify(() => !find("selectionMenu").visible);
        mouseClick(area(), question.x, question.y, Qt.RightButton);
        opened("messageMenu");
    }
    function test_a_growing_answer_keeps_it() {
        const blocks = app.addAnswer([{html: "The first block"}, {html: "grow", open: true}]);
        waitForRendering(window.contentItem);
        drag(place(textsOf(0)[0], 4), place(textsOf(0)[1], 2));
        compare(textsOf(0)[1].selectedText, "gr");
        blocks.change(1, {html: "growing words"});
        tryCompare(textsOf(0)[1], "selectedText", "gr");
        blocks.append({html: "another"});
        waitForRendering(window.contentItem);
        compare(textsOf(0)[2].selectedText, "");
        compare(selection().plainText(), "first block\n\ngr");
    }
    function test_a_folded_thinking_section_is_left_out() {
        app.addAnswer([{kind: "thinking", html: "<p>Hm.</p>", title: "Thought for 2 s"}, {html: "Yes."}]);
        waitForRendering(window.contentItem);
        selection().selectAll();
        compare(selection().plainText(), "Yes.");
        findChild(list().itemAtIndex(0), "thinkingToggle").clicked();
        compare(selection().plainText(), "Hm.\n\nYes.");
    }
    function test_a_formula_is_one_thing_and_has_a_key_for_its_menu() {
        app.addAnswer([{html: "Before"}, {kind: "math", code: "$$x$$", html: "x", formula: [[[{kind: "text", html: "x", above: "", below: "", rows: [], aligned: false}]]]}, {html: "Behind"}]);
        waitForRendering(window.contentItem);
        const texts = textsOf(0);
        drag(place(texts[0], 3), place(texts[texts.length - 1], 3));
        const mark = findChild(list().itemAtIndex(0), "mathSelection");
        verify(mark.visible);
        compare(selection().plainText(), "ore\n\n$$x$$\n\nBeh");
        const formula = mark.parent;
        keyClick(Qt.Key_Escape);
        verify(!mark.visible);
        formula.forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Menu);
        const menu = findChild(formula, "formulaMenu");
        tryVerify(() => menu.item !== null && menu.item.opened);
        waitForRendering(window.contentItem);
        mouseClick(menu.item.itemAt(0));
        compare(app.lastCall(), ["copyText", "$$x$$"]);
    }
}
