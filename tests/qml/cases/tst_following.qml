import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// A view that follows the end until the reader leaves it.
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

    TestCase {
        name: "Following"
        when: windowShown

        function init() {
            app.conversation.clear();
            app.calls = [];
            app.busy = false;
        }
        function list() {
            return findChild(page, "conversationList");
        }
        function fill(count: int) {
            for (let i = 0; i < count; ++i) {
                app.addQuestion("Question " + i);
                app.addAnswer([{html: "Answer ".repeat(60)}]);
            }
            waitForRendering(page);
        }
        function atEnd() {
            const l = list();
            return l.contentY + l.height >= l.originY + l.contentHeight - 2;
        }

        function test_follows_a_growing_answer() {
            fill(12);
            tryVerify(atEnd);
            const blocks = app.addAnswer([{html: "Start", open: true}], {status: "streaming"});
            for (let i = 0; i < 12; ++i) {
                blocks.change(0, {html: "Start " + "more words ".repeat(20 * i)});
                wait(16);
            }
            tryVerify(atEnd);
            verify(!findChild(page, "jumpButton").shown);
        }
        function test_leaves_a_reader_who_scrolled_up_alone() {
            fill(12);
            tryVerify(atEnd);
            const blocks = app.addAnswer([{html: "Start", open: true}], {status: "streaming"});
            tryVerify(atEnd);
            mouseWheel(list(), 300, 200, 0, 600);
            tryVerify(() => !atEnd());
            wait(200);
            const y = list().contentY;
            for (let i = 0; i < 8; ++i) {
                blocks.change(0, {html: "Start " + "more words ".repeat(40 * i)});
                wait(16);
            }
            compare(list().contentY, y);
            const jump = findChild(page, "jumpButton");
            tryVerify(() => jump.visible && jump.opacity === 1);
            mouseClick(jump);
            tryVerify(atEnd);
            blocks.change(0, {html: "Start " + "more words ".repeat(500)});
            tryVerify(atEnd);
        }
        function test_scrolling_back_down_follows_again() {
            fill(12);
            tryVerify(atEnd);
            mouseWheel(list(), 300, 200, 0, 240);
            tryVerify(() => !atEnd());
            for (let i = 0; i < 10; ++i) {
                mouseWheel(list(), 300, 200, 0, -240);
                wait(20);
            }
            tryVerify(atEnd);
            app.addQuestion("One more");
            tryVerify(atEnd);
        }
        function test_only_visible_messages_have_items() {
            fill(150);
            tryVerify(atEnd);
            verify(list().contentItem.children.length < 120, "delegates: " + list().contentItem.children.length);
        }
    }
}
