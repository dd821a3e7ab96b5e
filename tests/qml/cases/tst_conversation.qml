import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// Empty state, blocks, copy, errors.
Item {
    id: root

    width: 800
    height: 600

    AppViewModel {
        id: app
    }
    ChatPage {
        id: page
        anchors.fill: parent
        app: app
    }
    SignalSpy {
        id: links
        target: page
        signalName: "linkRequested"
    }

    TestCase {
        name: "Conversation"
        when: windowShown

        function init() {
            app.conversation.clear();
            app.calls = [];
            app.busy = false;
            app.model.isStarter = true;
            links.clear();
        }
        function list() {
            return findChild(page, "conversationList");
        }
        // An item of a message: messages get their items with the next frame.
        function shown(name: string) {
            tryVerify(() => findChild(page, name) !== null);
            waitForRendering(page);
            return findChild(page, name);
        }
        function fill(count: int) {
            for (let i = 0; i < count; ++i) {
                app.addQuestion("Question " + i);
                app.addAnswer([{html: "Answer ".repeat(60)}]);
            }
            waitForRendering(page);
        }

        function test_empty_state_goes_with_the_first_message() {
            const empty = findChild(page, "emptyState");
            verify(empty.visible);
            verify(!list().visible);
            app.addQuestion("Hello");
            verify(!empty.visible);
            verify(list().visible);
        }
        function test_starter_line_is_honest_and_only_for_the_starter() {
            const note = findChild(page, "starterNote");
            verify(note.visible);
            app.model.isStarter = false;
            verify(!note.visible);
        }
        function test_suggestions_send_their_words() {
            for (let i = 0; i < 3; ++i) {
                const card = findChild(page, "suggestion" + i);
                verify(card.prompt.length > 0);
                mouseClick(card);
                compare(app.lastCall(), ["send", card.prompt]);
            }
            compare(findChild(page, "suggestion3"), null);
            verify(findChild(page, "composer").activeFocus);
        }
        function test_code_copy_gives_plain_code_and_feedback() {
            const code = "if (a < b && c > 0) {\n\treturn \"<b>\";\n}";
            app.addAnswer([{kind: "code", language: "cpp", code: code}]);
            const button = shown("copyCodeButton");
            compare(button.text, "Copy");
            mouseClick(button);
            compare(app.lastCall(), ["copyText", code]);
            compare(button.text, "Copied");
            tryVerify(() => button.text === "Copy", 4000);
        }
        function test_streamed_code_grows_and_may_be_replaced() {
            const blocks = app.addAnswer([{kind: "code", code: "a", open: true}]);
            const text = shown("codeText");
            for (const step of ["a\n", "a\nb = 1", "a\nb = 1\n<c>", "z"]) {
                blocks.change(0, {code: step});
                compare(text.getText(0, text.length), step);
            }
        }
        function test_long_streamed_code_changes_only_its_last_lines() {
            let code = "first";
            const blocks = app.addAnswer([{kind: "code", code: code, open: true}]);
            const tail = shown("codeText");
            const lineHeight = tail.height;
            for (let i = 0; i < 30; ++i) {
                const more = ("\nline " + i).repeat(20);
                code += more;
                blocks.appendCode(0, more);
                verify(tail.lineCount <= Theme.codeChunkLines);
            }
            wait(50);
            fuzzyCompare(tail.parent.height / lineHeight, 602, 2); // 601 lines and the padding
            const flick = tail.parent.parent.parent;
            compare(blocks.codeAt(0), code);
            const drawn = () => Array.from(tail.parent.children).filter(c => c.part !== undefined && c.children[0].visible).length;
            verify(drawn() < 2, "hidden lines are not drawn");
            blocks.change(0, {code: "new", open: false});
            compare(tail.getText(0, tail.length), "new");
            tryCompare(tail, "lineCount", 1);
        }
        function test_long_code_lines_scroll_inside_the_block() {
            app.addAnswer([{kind: "code", code: "x".repeat(2000)}]);
            const text = shown("codeText");
            const flick = text.parent.parent.parent;
            verify(flick.contentWidth > flick.width);
            verify(flick.width <= Theme.readingWidth);
        }
        function test_wide_tables_scroll_inside_the_block() {
            app.addAnswer([{kind: "table", rows: [Array(30).fill("heading"), Array(30).fill("cell")], alignments: []}]);
            const flick = shown("tableText").parent.parent;
            verify(flick.contentWidth > flick.width);
            verify(flick.width <= Theme.readingWidth);
        }
        function test_thinking_is_closed_until_asked_for() {
            app.addAnswer([{kind: "thinking", title: "Thought for 3 s", html: "<p>hidden</p>"}]);
            const text = shown("thinkingText");
            verify(!text.visible);
            mouseClick(findChild(page, "thinkingToggle"));
            tryVerify(() => text.visible);
            wait(600); // longer than a double click
            mouseClick(findChild(page, "thinkingToggle"));
            tryVerify(() => !text.visible);
        }
        function test_question_is_never_markup() {
            const hostile = "<b>x</b><a href='http://example.org'>y</a>";
            app.addQuestion(hostile);
            const text = shown("questionText");
            compare(text.textFormat, TextEdit.PlainText);
            compare(text.getText(0, text.length), hostile);
        }
        function test_attached_files_are_cards_that_open() {
            app.addQuestion("```csv title=\"a.csv\"", {files: [{name: "<b>a.csv</b>", detail: "3 kB", text: "1;2"}], ownText: "Sum it up"});
            compare(shown("questionText").text, "Sum it up");
            const card = shown("attachedFile");
            const text = shown("attachedText");
            verify(!text.visible);
            compare(text.text, "");
            waitForRendering(page);
            mouseClick(card);
            verify(text.visible);
            compare(text.area.text, "1;2");
            verify(text.area.readOnly);
            mouseClick(card);
            verify(!text.visible);
        }
        function test_failed_answer_shows_cause_next_step_and_retries() {
            app.addQuestion("Hello");
            app.addAnswer([], {messageId: 77, status: "failed", errorCause: "It broke.", errorNextStep: "Mend it."});
            const list = this.list();
            waitForRendering(page);
            compare(findChild(list, "errorCause").text, "It broke.");
            compare(findChild(list, "errorNextStep").text, "Mend it.");
            mouseClick(findChild(list, "errorAction"));
            compare(app.lastCall(), ["retry", 77]);
        }
        function test_stopped_answer_says_so_and_keeps_its_numbers() {
            app.addAnswer([{html: "Half"}], {messageId: 5, text: "Half", status: "stopped", statusText: "You stopped this answer.", stats: "10.0 tokens/s"});
            verify(shown("statusNote").visible);
            compare(findChild(page, "statsText").text, "Ember · 10.0 tokens/s");
            mouseClick(findChild(page, "copyAnswerButton"));
            compare(app.lastCall(), ["copyText", "Half"]);
            mouseClick(findChild(page, "retryButton"));
            compare(app.lastCall(), ["retry", 5]);
        }
        function test_model_failure_offers_two_ways_out() {
            app.model.errorCause = "The file is damaged.";
            app.model.errorNextStep = "Download it again.";
            app.model.state = "failed";
            const card = findChild(page, "modelError");
            verify(card.visible);
            waitForRendering(page);
            mouseClick(findChild(card, "errorAction"));
            compare(app.lastCall(), ["reloadModel"]);
            verify(!findChild(card, "errorThirdAction").visible);
            app.model.isStarter = false;
            waitForRendering(page);
            mouseClick(findChild(card, "errorThirdAction"));
            compare(app.lastCall(), ["useStarterModel"]);
            app.model.state = "ready";
            verify(!card.visible);
        }
        function test_notice_can_be_dismissed() {
            app.notice = "Read-only.";
            const banner = findChild(page, "noticeBanner");
            verify(banner.visible);
            waitForRendering(page);
            mouseClick(findChild(banner, "dismissNotice"));
            compare(app.lastCall(), ["dismissNotice"]);
            verify(!banner.visible);
        }
    }
}
