import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// The tree of a chat: editing in place, the menu of a message, other versions of a question.
TreeCase {
    name: "Tree"

    function test_a_question_is_edited_in_place() {
        talkOnce();
        const button = findChild(message(0), "editQuestionButton");
        mouseMove(message(0), message(0).width - Theme.space10, message(0).height / 2);
        mouseClick(button);
        const editor = editorOf(0);
        tryVerify(() => editor.activeFocus);
        compare(editor.text, "What is fire?");
        compare(editor.cursorPosition, editor.length);
        type("!");
        keyClick(Qt.Key_Return, Qt.ShiftModifier);
        type("a");
        compare(app.conversation.value(0, "editText"), "What is fire?!\na");
        compare(calls("saveEdit").length, 0);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["saveEdit", 1]);
        tryVerify(() => find("composer").activeFocus);
    }
    function test_escape_gives_an_edit_up_and_stops_nothing() {
        talkOnce();
        app.busy = true;
        keyClick(Qt.Key_E, Qt.ControlModifier);
        const editor = editorOf(0);
        tryVerify(() => editor.activeFocus);
        type("x");
        keyClick(Qt.Key_Escape);
        tryVerify(() => !app.conversation.value(0, "editing"));
        compare(calls("stop").length, 0);
        compare(calls("saveEdit").length, 0);
        compare(app.conversation.value(0, "text"), "What is fire?");
    }
    function test_a_blank_edit_cannot_be_saved() {
        talkOnce();
        keyClick(Qt.Key_E, Qt.ControlModifier);
        const editor = editorOf(0);
        tryVerify(() => editor.activeFocus);
        editor.text = "  ";
        verify(!findChild(message(0), "saveEditButton").enabled);
        keyClick(Qt.Key_Return);
        compare(calls("saveEdit").length, 0);
    }
    function test_scrolling_away_keeps_what_was_typed() {
        talk(30);
        const view = find("conversationReader").parent;
        view.toStart();
        tryVerify(() => message(0) !== null);
        view.edit(1);
        tryVerify(() => editorOf(0).activeFocus);
        type("kept");
        find("conversationReader").forceActiveFocus();
        view.jumpToEnd();
        tryVerify(() => message(0) === null);
        view.toStart();
        tryVerify(() => message(0) !== null);
        compare(editorOf(0).text, "Question 0kept");
    }
    function test_closing_asks_for_an_edit() {
        talkOnce();
        app.conversation.startEdit(1);
        app.conversation.setEditText(1, "changed");
        window.close();
        opened("editsDialog");
        verify(window.visible);
        mouseClick(find("keepEditingButton"));
        tryVerify(() => !find("editsDialog").visible);
        window.close();
        opened("editsDialog");
        mouseClick(find("dropEditsButton"));
        tryVerify(() => !window.visible);
    }
    function test_an_answer_is_edited_and_says_so() {
        talkOnce();
        menuBy(() => mouseClick(findChild(message(1), "moreButton")));
        choose("editAction");
        const editor = editorOf(1);
        tryVerify(() => editor.activeFocus);
        compare(editor.text, "Hot.");
        verify(!findChild(message(1), "editedMark").visible);
        app.conversation.change(1, {
            editing: false,
            edited: true
        });
        verify(findChild(message(1), "editedMark").visible);
    }
    function test_other_versions_of_a_question_are_reached() {
        talkOnce();
        const versions = findChild(message(0), "questionVersions");
        verify(versions.visible);
        compare(findChild(versions, "versionText").text, "2 / 3");
        mouseClick(findChild(versions, "previousVersion"));
        compare(app.lastCall(), ["showVersion", 1, -1]);
        mouseClick(findChild(versions, "nextVersion"));
        compare(app.lastCall(), ["showVersion", 1, 1]);
    }
    function test_every_action_is_in_the_menu_of_a_message() {
        talkOnce();
        app.conversation.change(1, {
            canResume: true
        });
        for (const [action, call] of [["copyAction", ["copyText", "Hot."]], ["retryAction", ["retry", 2]], ["resumeAction", ["resume", 2]], ["branchAction", ["branchFrom", 2]],
                ["deleteMessageAction", ["deleteMessage", 2]]]) {
            menuBy(() => mouseClick(message(1), message(1).width / 2, Theme.space2, Qt.RightButton));
            verify(find(action).Accessible.name !== "", action);
            choose(action);
            tryVerify(() => JSON.stringify(app.lastCall()) === JSON.stringify(call), 1000, action);
            tryVerify(() => !find("messageMenu").visible);
        }
    }
    function test_the_menu_opens_by_key_and_knows_what_can_be_done() {
        talkOnce();
        app.busy = true;
        findChild(message(0), "copyQuestionButton").forceActiveFocus();
        menuBy(() => keyClick(Qt.Key_F10, Qt.ShiftModifier));
        verify(!find("resumeAction").visible);
        verify(!find("deleteMessageAction").enabled);
        verify(find("editAction").enabled);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !find("messageMenu").visible);
        compare(calls("stop").length, 0);
    }
    function test_the_buttons_of_a_question_are_reached_by_tab() {
        talkOnce();
        find("conversationReader").forceActiveFocus();
        const seen = [];
        for (let i = 0; i < 12; ++i) {
            keyClick(Qt.Key_Tab);
            seen.push(window.activeFocusItem.objectName);
            verify((window.activeFocusItem.Accessible.name ?? "") !== "" || seen[i] === "", seen[i]);
        }
        for (const name of ["editQuestionButton", "copyQuestionButton", "moreButton", "previousVersion"])
            verify(seen.includes(name), name + " in " + seen);
    }
    function test_a_stopped_answer_offers_to_go_on() {
        talkOnce();
        verify(!findChild(message(1), "resumeButton").visible);
        app.conversation.change(1, {
            canResume: true,
            status: "stopped",
            statusText: "Stopped"
        });
        mouseClick(findChild(message(1), "resumeButton"));
        compare(app.lastCall(), ["resume", 2]);
        keyClick(Qt.Key_E, Qt.ControlModifier | Qt.ShiftModifier);
        compare(app.lastCall(), ["resumeLast"]);
    }
    function test_undo_is_of_the_chat_outside_text_fields() {
        talkOnce();
        find("conversationReader").forceActiveFocus();
        keyClick(Qt.Key_Z, Qt.ControlModifier);
        compare(app.lastCall(), ["undo"]);
        find("composer").forceActiveFocus();
        type("ab");
        keyClick(Qt.Key_Z, Qt.ControlModifier);
        compare(calls("undo").length, 1);
    }
    // A control of the dialog that a Repeater has made: findChild() does not see those in popups.
    function part(name: string, root: var): var {
        const children = (root ?? find("withMood").parent).children;
        for (let i = 0; i < children.length; ++i) {
            const found = children[i].objectName === name ? children[i] : part(name, children[i]);
            if (found)
                return found;
        }
        return null;
    }
    function test_an_answer_with_other_means() {
        talkOnce();
        app.models.recent = [{id: 7, title: "Ember", variant: "Q8_0", sizeText: "6 MB", status: "loaded"}, {id: 9, title: "Other", variant: "Q4", sizeText: "2 GB", status: "ready"}];
        app.chatAdapters.add({adapterId: 4, name: "Fables", active: true});
        app.chatAdapters.add({adapterId: 5, name: "Tales"});
        keyClick(Qt.Key_R, Qt.ControlModifier | Qt.ShiftModifier);
        opened("answerWithDialog");
        verify(part("withAdapter4").checked);
        mouseClick(part("withAdapter5"));
        mouseClick(part("withAdapter4"));
        mouseClick(part("option-careful"));
        mouseClick(find("answerWithButton"));
        compare(app.lastCall(), ["retryWith", 1, {mood: "careful", adapters: [5]}]);
        tryVerify(() => !find("answerWithDialog").visible);

        keyClick(Qt.Key_R, Qt.ControlModifier | Qt.ShiftModifier);
        opened("answerWithDialog");
        verify(part("withAdapter4").checked);
        verify(!part("withAdapter5").checked);
        mouseClick(part("withModel9"));
        verify(!part("withAdapter4").enabled);
        mouseClick(find("answerWithButton"));
        compare(app.lastCall(), ["retryWith", 1, {model: 9}]);
    }
}
