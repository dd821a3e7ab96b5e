import QtQuick
import QtTest
import Hearth.App
import Hearth.Test
import Hearth.Ui

// Enter, Shift+Enter, input methods, drafts, stop.
Item {
    id: root

    width: 800
    height: 600

    AppViewModel {
        id: app
    }
    Composer {
        id: composer
        anchors.bottom: parent.bottom
        width: parent.width
        app: app
    }

    TestCase {
        id: test
        name: "Composer"
        when: windowShown

        property var input

        function init() {
            input = findChild(composer, "composer");
            app.calls = [];
            app.busy = false;
            app.draft = "";
            app.queuedCount = 0;
            app.model.state = "ready";
            input.text = "";
            app.composer.attachments = [];
            app.composer.waiting = [];
            app.composer.problem = "";
            app.composer.longPaste = false;
            composer.focusInput();
            verify(input.activeFocus);
        }
        function type(text: string) {
            for (const c of text)
                keyClick(c);
        }

        function test_enter_sends() {
            type("hello");
            compare(input.text, "hello");
            keyClick(Qt.Key_Return);
            compare(app.lastCall(), ["send", "hello"]);
            compare(input.text, "");
        }
        function test_keypad_enter_sends() {
            type("hi");
            keyClick(Qt.Key_Enter, Qt.KeypadModifier);
            compare(app.lastCall(), ["send", "hi"]);
        }
        function test_blank_is_not_sent() {
            type("   ");
            keyClick(Qt.Key_Return);
            compare(app.calls.length, 0);
        }
        function test_shift_enter_breaks_the_line_at_the_cursor() {
            type("ab");
            input.cursorPosition = 1;
            keyClick(Qt.Key_Return, Qt.ShiftModifier);
            compare(input.text, "a\nb");
            compare(app.calls.length, 0);
        }
        function test_shift_enter_replaces_the_selection() {
            type("abc");
            input.select(1, 2);
            keyClick(Qt.Key_Return, Qt.ShiftModifier);
            compare(input.text, "a\nc");
        }
        function test_enter_while_composing_does_neither() {
            type("x");
            Ime.compose(input, "ni");
            verify(composer.composing);
            keyClick(Qt.Key_Return);
            keyClick(Qt.Key_Return, Qt.ShiftModifier);
            keyClick(Qt.Key_Enter);
            compare(app.calls.length, 0);
            compare(input.text, "x");
            Ime.commit(input, "你");
            verify(!composer.composing);
            compare(input.text, "x你");
            compare(app.calls.length, 0);
            keyClick(Qt.Key_Return);
            compare(app.lastCall(), ["send", "x你"]);
        }
        function test_never_disabled_and_queues_while_loading() {
            app.model.state = "loading";
            verify(input.enabled && !input.readOnly);
            verify(findChild(composer, "composerHint").text.includes("loading"));
            type("early");
            keyClick(Qt.Key_Return);
            compare(app.lastCall(), ["send", "early"]);
            app.queuedCount = 1;
            verify(findChild(composer, "composerHint").text.includes("queued"));
        }
        function test_send_button() {
            const button = findChild(composer, "sendButton");
            verify(!button.enabled);
            type("go");
            verify(button.enabled);
            mouseClick(button);
            compare(app.lastCall(), ["send", "go"]);
        }
        function test_send_becomes_stop_while_busy() {
            const send = findChild(composer, "sendButton");
            const stop = findChild(composer, "stopButton");
            verify(send.visible && !stop.visible);
            app.busy = true;
            verify(!send.visible && stop.visible);
            mouseClick(stop);
            compare(app.lastCall(), ["stop"]);
        }
        function test_draft_follows_the_chat() {
            type("half a tho");
            compare(app.draft, "half a tho");
            app.draft = "other chat";
            compare(input.text, "other chat");
            type("!");
            compare(app.draft, input.text);
        }
        function test_grows_to_ten_lines() {
            const one = composer.implicitHeight;
            input.text = "1\n2\n3";
            verify(composer.implicitHeight > one);
            input.text = Array(10).fill("x").join("\n");
            const ten = composer.implicitHeight;
            input.text = Array(40).fill("x").join("\n");
            compare(composer.implicitHeight, ten);
        }
        function file(name: string, tooLong: bool): var {
            return {
                name: name,
                detail: "12 kB",
                part: "first",
                tooLong: tooLong
            };
        }
        function test_attachments_have_cards() {
            const before = composer.implicitHeight;
            app.composer.attachments = [file("a.csv", false), file("b.txt", true)];
            tryVerify(() => composer.implicitHeight > before);
            const cards = findChild(composer, "attachmentCard").parent;
            const parts = findChild(composer, "attachmentPart");
            verify(!parts.visible);
            compare(findChild(composer, "attachmentName").text, "a.csv");
            verify(cards !== null);
            waitForRendering(composer);
            mouseClick(findChild(composer, "removeAttachment"));
            compare(app.lastCall(), ["removeAttachment", 0]);
            compare(app.composer.attachments.length, 1);
            verify(input.activeFocus);
            const choice = findChild(composer, "attachmentPart");
            verify(choice.visible);
            waitForRendering(composer);
            mouseClick(findChild(choice, "option-ends"));
            compare(app.lastCall(), ["setPart", 0, "ends"]);
            compare(choice.value, "ends");
        }
        function test_attachments_can_be_sent_alone() {
            const button = findChild(composer, "sendButton");
            verify(!button.enabled);
            app.composer.attachments = [file("a.csv", false)];
            verify(button.enabled);
            composer.focusInput();
            keyClick(Qt.Key_Return);
            compare(app.lastCall(), ["send", ""]);
        }
        function test_long_pastes_do_not_reach_the_field() {
            app.composer.longPaste = true;
            keySequence(StandardKey.Paste);
            compare(app.lastCall(), ["pasteLong"]);
            compare(input.text, "");
        }
        function test_paste_as_plain_text() {
            input.text = "plain";
            input.selectAll();
            input.copy();
            input.text = "";
            app.composer.longPaste = true;
            keyClick(Qt.Key_V, Qt.ControlModifier | Qt.ShiftModifier);
            compare(app.calls.length, 0);
            compare(input.text, "plain");
        }
        function test_problems_of_files() {
            app.composer.problem = "“x.bin” is no text file.";
            const card = findChild(composer, "attachmentProblem");
            verify(card.visible);
            waitForRendering(composer);
            mouseClick(findChild(card, "dismissAttachmentProblem"));
            compare(app.composer.problem, "");
            verify(!card.visible);
        }
        function test_waiting_messages() {
            app.busy = true;
            verify(findChild(composer, "composerHint").text.includes("wait"));
            app.composer.waiting = [{
                    text: "and then?",
                    files: 0,
                    held: false
                }];
            compare(findChild(composer, "waitingText").text, "and then?");
            verify(!findChild(composer, "sendWaiting").visible);
            waitForRendering(composer);
            mouseClick(findChild(composer, "editWaiting"));
            compare(app.lastCall(), ["editWaiting", 0]);
            app.busy = false;
            app.composer.waiting = [{
                    text: "and then?",
                    files: 2,
                    held: true
                }];
            verify(findChild(composer, "waitingText").text.includes("2"));
            waitForRendering(composer);
            mouseClick(findChild(composer, "sendWaiting"));
            compare(app.lastCall(), ["sendWaiting", 0]);
            mouseClick(findChild(composer, "removeWaiting"));
            compare(app.composer.waiting.length, 0);
        }
        function test_text_is_plain() {
            input.text = "<b>bold</b><img src='http://example.org/x.png'>";
            compare(input.getText(0, input.length), input.text);
        }
    }
}
