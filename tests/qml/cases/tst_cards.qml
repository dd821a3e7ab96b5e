import QtQuick
import QtTest
import Hearth.Ui

// Many cards above the composer, files of a question that is edited, and the line that offers to undo: nothing is cut, whatever the size.
WindowCase {
    name: "Cards"

    function files(count: int): var {
        return Array.from({length: count}, (unused, at) => ({name: "file" + at + ".md", detail: "12 kB", part: "whole", tooLong: false}));
    }
    function waiting(count: int): var {
        return Array.from({length: count}, (unused, at) => ({text: "waiting " + at, files: 0, held: true}));
    }
    function cards(): var {
        return find("composerCards");
    }
    // Is the item whole inside the window, and inside the area of the cards?
    function wholly(item: var, around: var): bool {
        if (!item)
            return false;
        const at = item.mapToItem(around, 0, 0);
        return at.y >= -1 && at.y + item.height <= around.height + 1;
    }
    function last(name: string): var {
        let found = null;
        const look = item => {
            for (let i = 0; i < item.children.length; ++i) {
                if (item.children[i].objectName === name)
                    found = item.children[i];
                look(item.children[i]);
            }
        };
        look(cards());
        return found;
    }

    function test_many_cards_scroll_and_leave_the_field_its_place_data() {
        return [
            {tag: "usual", width: 1000, height: 700, percent: 100},
            {tag: "smallest", width: Theme.minimumWidth, height: Theme.minimumHeight, percent: 100},
            {tag: "smallest, large text", width: Theme.minimumWidth, height: Theme.minimumHeight, percent: 160}
        ];
    }
    function test_many_cards_scroll_and_leave_the_field_its_place(data) {
        Theme.fontPercent = data.percent;
        window.width = data.width;
        window.height = data.height;
        app.composer.waiting = waiting(6);
        app.composer.attachments = files(6);
        const area = cards();
        tryVerify(() => area.contentHeight > area.height);
        verify(area.height <= window.height / 3 + 1);
        verify(wholly(find("composer"), window.contentItem), "the field is in the window");
        tryVerify(() => Math.abs(area.contentY - area.end) < 1, 1000, "the newest card is in view");
        verify(findChild(area, "cardsScrollBar").size < 1);
        tryVerify(() => wholly(last("attachmentCard"), area) || last("attachmentCard").height > area.height);
        mouseWheel(area, area.width / 2, area.height / 2, 0, 120 * 40);
        tryVerify(() => area.contentY < 1);
    }
    function test_the_keyboard_brings_cards_into_view() {
        app.composer.waiting = waiting(8);
        app.composer.attachments = files(2);
        const area = cards();
        tryVerify(() => area.contentHeight > area.height && Math.abs(area.contentY - area.end) < 1);
        const first = findChild(area, "waitingCard");
        const button = findChild(first, "removeWaiting");
        verify(button);
        button.forceActiveFocus(Qt.TabFocusReason);
        tryVerify(() => wholly(button, area));
    }
    function test_fewer_cards_leave_nothing_empty() {
        app.composer.attachments = files(9);
        const area = cards();
        tryVerify(() => area.contentHeight > area.height);
        app.composer.attachments = files(1);
        tryVerify(() => area.height === area.contentHeight);
        tryCompare(area, "contentY", 0);
        verify(findChild(area, "attachmentCard").width === area.width);
        app.composer.attachments = [];
        tryCompare(area, "height", 0);
    }

    function test_files_of_an_edited_question_are_cards() {
        app.conversation.append({messageId: 5, role: "user", text: "```md title=\"a.md\"\nA\n```\n\nSum it up",
                files: [{name: "a.md", detail: "1 kB", text: "A"}, {name: "b.md", detail: "2 kB", text: "B"}], ownText: "Sum it up"});
        waitForRendering(window.contentItem);
        app.conversation.startEdit(5);
        const message = list().itemAtIndex(0);
        const editor = findChild(message, "messageEditor");
        verify(editor);
        compare(editor.text, "Sum it up");
        const card = findChild(message, "editedFile");
        verify(card);
        verify(!findChild(message, "attachedFile"), "not as sent ones at the same time");
        waitForRendering(window.contentItem);
        const save = findChild(message, "saveEditButton");
        editor.forceActiveFocus();
        editor.text = "";
        verify(save.enabled, "a file can go alone");
        mouseClick(findChild(card, "removeAttachment"));
        compare(app.conversation.value(0, "editFiles").length, 1);
        tryVerify(() => editor.activeFocus);
        compare(findChild(findChild(message, "editedFile"), "attachmentName").text, "b.md");
        app.conversation.removeEditFile(5, 0);
        tryVerify(() => !save.enabled);
    }

    function test_the_offer_to_undo_is_whole_data() {
        return [
            {tag: "short", text: "Chat deleted", width: 1000, percent: 100},
            {tag: "long", text: "Branch opened as a chat of its own, with all of its messages", width: 1000, percent: 100},
            {tag: "large", text: "Message deleted", width: 1000, percent: 160},
            {tag: "large, without the list", text: "Branch opened as a chat of its own", width: Theme.minimumWidth, percent: 160},
            {tag: "chinese", text: "已从此处另开一个分支对话，原对话保持不变", width: 1000, percent: 160}
        ];
    }
    function test_the_offer_to_undo_is_whole(data) {
        Theme.fontPercent = data.percent;
        window.width = data.width;
        app.undoText = data.text;
        const toast = find("undoToast");
        tryVerify(() => toast.opacity === 1);
        const text = findChild(toast, "undoMessage");
        const button = findChild(toast, "undoButton");
        tryVerify(() => !text.truncated);
        const at = button.mapToItem(toast, 0, 0);
        verify(at.x >= 0 && at.x + button.width <= toast.width);
        verify(at.y >= 0 && at.y + button.height <= toast.height);
        const end = text.mapToItem(toast, text.width, text.height);
        verify(end.x <= at.x || end.y <= at.y, "they do not cover each other");
        verify(toast.mapToItem(window.contentItem, 0, 0).y >= 0);
        mouseClick(button);
        compare(app.lastCall(), ["undoDelete"]);
    }
}
