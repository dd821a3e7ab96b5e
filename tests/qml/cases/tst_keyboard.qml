import QtQuick
import QtTest
import Hearth.Ui

// Everything by keyboard: shortcuts, the sheet, parts of the window.
WindowCase {
    id: test
    name: "Keyboard"

    function test_every_shortcut_is_in_the_sheet_and_the_other_way_round() {
        const listed = [];
        for (const group of Shortcuts.groups)
            listed.push(...group[1].map(action => action[0]));
        compare(listed.slice().sort(), Object.keys(Shortcuts.keys).sort());
        compare(new Set(listed).size, listed.length);
        for (const action in window.actions)
            verify(Shortcuts.keys[action] !== undefined, action);
    }
    function test_no_key_means_two_things_in_the_whole_window() {
        const seen = {};
        for (const action of Object.keys(window.actions).concat("stop")) {
            for (const sequence of Shortcuts.sequences(action)) {
                verify(seen[sequence] === undefined, sequence + ": " + action + " and " + seen[sequence]);
                seen[sequence] = action;
            }
        }
    }
    function test_sheet_shows_the_keys_of_the_table() {
        keyClick(Qt.Key_F1);
        const sheet = opened("shortcutSheet");
        verify(findChild(sheet.contentItem, "shortcut-newChat").Accessible.name === "New chat: Ctrl+N");
        for (const action in Shortcuts.keys)
            verify(findChild(sheet.contentItem, "shortcut-" + action) !== null, action);
        compare(sheet.columns.length, 2);
        window.width = 500;
        tryVerify(() => sheet.columns.length === 1);
        window.height = 360;
        tryVerify(() => sheet.view.contentHeight > sheet.view.height);
        keyClick(Qt.Key_Down);
        verify(sheet.view.contentY > 0);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !sheet.visible);
        keyClick(Qt.Key_Slash, Qt.ControlModifier);
        opened("shortcutSheet");
    }
    function test_sequences_are_taken_apart() {
        compare(Shortcuts.parts("Ctrl+Shift+Z"), ["Ctrl", "Shift", "Z"]);
        compare(Shortcuts.parts("Ctrl++"), ["Ctrl", "+"]);
        compare(Shortcuts.parts("F1"), ["F1"]);
        const event = (key, modifiers) => ({key: key, modifiers: modifiers});
        verify(Shortcuts.matches("undoDelete", event(Qt.Key_Z, Qt.ControlModifier | Qt.ShiftModifier)));
        verify(!Shortcuts.matches("undoDelete", event(Qt.Key_Z, Qt.ControlModifier)));
        verify(Shortcuts.matches("listedMenu", event(Qt.Key_F10, Qt.ShiftModifier)));
        verify(Shortcuts.matches("send", event(Qt.Key_Enter, Qt.KeypadModifier)));
    }
    function test_actions_data() {
        return [{tag: "nextChat", key: Qt.Key_Down, modifiers: Qt.AltModifier}, {tag: "nextChat", key: Qt.Key_Tab, modifiers: Qt.ControlModifier}, {tag: "previousChat", key: Qt.Key_Up, modifiers: Qt.AltModifier},
            {tag: "previousChat", key: Qt.Key_Backtab, modifiers: Qt.ControlModifier | Qt.ShiftModifier}, {tag: "deleteCurrentChat", key: Qt.Key_Delete, modifiers: Qt.ControlModifier | Qt.ShiftModifier},
            {tag: "copyLastAnswer", key: Qt.Key_C, modifiers: Qt.ControlModifier | Qt.ShiftModifier}, {tag: "retryLast", key: Qt.Key_R, modifiers: Qt.ControlModifier}, {tag: "newChat", key: Qt.Key_N, modifiers: Qt.ControlModifier}, {tag: "newPrivateChat", key: Qt.Key_N, modifiers: Qt.ControlModifier | Qt.ShiftModifier}];
    }
    function test_actions(data: var) {
        type("text in the composer takes nothing away");
        keyClick(data.key, data.modifiers);
        compare(app.lastCall(), [data.tag]);
        compare(app.calls.length, 1);
    }
    function test_undo_of_a_deleted_chat_while_it_is_offered() {
        keyClick(Qt.Key_Z, Qt.ControlModifier | Qt.ShiftModifier);
        compare(app.calls.length, 0);
        app.undoText = "Chat deleted";
        keyClick(Qt.Key_Z, Qt.ControlModifier | Qt.ShiftModifier);
        compare(app.lastCall(), ["undoDelete"]);
        find("newChatButton").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Z, Qt.ControlModifier | Qt.ShiftModifier);
        compare(app.calls.length, 2);
    }
    function test_model_panel() {
        keyClick(Qt.Key_M, Qt.ControlModifier);
        const panel = opened("modelPanel");
        verify(findChild(panel.contentItem, "openModelAction").activeFocus);
        keyClick(Qt.Key_Down);
        verify(findChild(panel.contentItem, "reloadModelAction").activeFocus);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !panel.visible);
        verify(find("composer").activeFocus);
    }
    function test_parts_of_the_window() {
        talk(3);
        const names = ["chatList", "conversationReader", "composer", "modelChip"];
        find("composer").forceActiveFocus();
        const at = () => find("sidebar").activeFocus ? "chatList" : where();
        for (const name of ["modelChip", "chatList", "conversationReader", "composer"]) {
            keyClick(Qt.Key_F6);
            compare(at(), name);
        }
        for (const name of ["conversationReader", "chatList", "modelChip", "composer"]) {
            keyClick(Qt.Key_F6, Qt.ShiftModifier);
            compare(at(), name);
        }
        app.conversation.clear();
        app.chats.clear();
        keyClick(Qt.Key_F6);
        compare(at(), "modelChip");
        keyClick(Qt.Key_F6);
        compare(at(), "composer");
    }
    function test_list_of_chats() {
        keyClick(Qt.Key_F6);
        keyClick(Qt.Key_F6);
        verify(row(1).activeFocus, "begins at the open chat");
        keyClick(Qt.Key_Down);
        verify(row(2).activeFocus);
        keyClick(Qt.Key_Delete, Qt.ShiftModifier);
        compare(app.lastCall(), ["deleteChat", 3]);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["openChat", 1]);
    }
    function test_shift_delete_elsewhere_deletes_nothing() {
        keyClick(Qt.Key_Delete, Qt.ShiftModifier);
        find("newChatButton").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Delete, Qt.ShiftModifier);
        compare(app.calls.length, 0);
    }
    function test_menu_of_a_chat_by_keys_data() {
        return [{tag: "menu key", key: Qt.Key_Menu, modifiers: Qt.NoModifier}, {tag: "Shift+F10", key: Qt.Key_F10, modifiers: Qt.ShiftModifier}];
    }
    function test_menu_of_a_chat_by_keys(data: var) {
        row(0).forceActiveFocus(Qt.TabFocusReason);
        keyClick(data.key, data.modifiers);
        const action = findChild(row(0), "renameAction");
        tryVerify(() => action.visible);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        tryVerify(() => findChild(row(0), "renameField").activeFocus);
        type("New");
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["renameChat", 1, "New"]);
    }
    function test_menu_can_be_left() {
        row(0).forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Menu);
        const action = findChild(row(0), "deleteAction");
        tryVerify(() => action.visible);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !action.visible);
        verify(row(0).activeFocus);
        compare(app.calls.length, 0);
    }
    function test_f2_finds_the_open_chat_far_down() {
        for (let i = 4; i < 120; ++i)
            app.chats.append({chatId: i, title: "Chat " + i});
        app.chats.change(1, {current: false});
        app.chats.change(110, {current: true});
        keyClick(Qt.Key_F2);
        verify(findChild(row(110), "renameField").activeFocus);
        verify(inView(row(110), find("chatList")));
    }
    function test_conversation_scrolls_by_keys() {
        talk(20);
        tryVerify(() => list().contentY > 500);
        keyClick(Qt.Key_F6, Qt.ShiftModifier);
        verify(find("conversationReader").activeFocus);
        const end = list().contentY;
        keyClick(Qt.Key_Up);
        fuzzyCompare(list().contentY, end - Theme.space12, 1);
        keyClick(Qt.Key_Down);
        fuzzyCompare(list().contentY, end, 1);
        keyClick(Qt.Key_PageUp);
        verify(list().contentY < end - list().height / 2);
        keyClick(Qt.Key_Home);
        tryVerify(() => Math.abs(list().contentY - list().originY) < 1);
        keyClick(Qt.Key_PageDown);
        verify(list().contentY > list().originY);
        keyClick(Qt.Key_End);
        tryVerify(() => list().contentY + list().height >= list().originY + list().contentHeight - 2);
    }
}
