import QtQuick
import QtTest
import Hearth.Ui

// Keys that people choose themselves.
WindowCase {
    id: test
    name: "Own keys"

    function recorder(action: string): var {
        keyClick(Qt.Key_F1);
        const sheet = opened("shortcutSheet");
        findChild(sheet.contentItem, "change-" + action).clicked();
        const dialog = opened("shortcutRecorder");
        tryVerify(() => findChild(dialog.contentItem, "keyField").activeFocus);
        return dialog;
    }
    function part(dialog: var, name: string): var {
        return findChild(dialog.contentItem, name);
    }
    function close(dialog: var) {
        dialog.close();
        find("shortcutSheet").close();
        tryVerify(() => !find("shortcutSheet").visible);
        find("composer").forceActiveFocus();
    }
    function test_a_key_is_changed_used_kept_and_reset() {
        const dialog = recorder("newChat");
        verify(!part(dialog, "saveKeys").enabled);
        keyClick(Qt.Key_Y, Qt.ControlModifier | Qt.ShiftModifier);
        compare(dialog.sequence, "Ctrl+Shift+Y");
        compare(dialog.problem, "");
        part(dialog, "saveKeys").clicked();
        tryVerify(() => !dialog.visible);
        compare(app.settings.shortcutKeys, '{"newChat":["Ctrl+Shift+Y"]}');
        compare(findChild(find("shortcutSheet").contentItem, "shortcut-newChat").Accessible.name, "New chat: Ctrl+Shift+Y");
        close(dialog);
        keyClick(Qt.Key_N, Qt.ControlModifier);
        compare(app.calls.length, 0);
        keyClick(Qt.Key_Y, Qt.ControlModifier | Qt.ShiftModifier);
        compare(app.lastCall(), ["newChat"]);
        const again = recorder("newChat");
        verify(part(again, "resetKeys").enabled);
        part(again, "resetKeys").clicked();
        compare(app.settings.shortcutKeys, "");
        close(again);
        keyClick(Qt.Key_N, Qt.ControlModifier);
        compare(app.calls.length, 2);
    }
    function test_a_conflict_is_explained_and_refused() {
        const dialog = recorder("newChat");
        keyClick(Qt.Key_K, Qt.ControlModifier);
        compare(dialog.sequence, "Ctrl+K");
        verify(dialog.problem.includes("Go to a chat"));
        verify(part(dialog, "keyProblem").visible);
        verify(!part(dialog, "saveKeys").enabled);
        dialog.accept();
        verify(dialog.visible);
        compare(app.calls.length, 0, "nothing happened meanwhile");
        keyClick(Qt.Key_G);
        verify(dialog.problem.includes("Ctrl or Alt"));
        keyClick(Qt.Key_C, Qt.ControlModifier);
        verify(dialog.problem.includes("text"));
        keyClick(Qt.Key_F9);
        compare(dialog.problem, "");
        keyClick(Qt.Key_Escape);
        tryVerify(() => !dialog.visible);
        compare(app.settings.shortcutKeys, "");
    }
    function test_keys_of_the_settings_are_used_and_nonsense_is_not() {
        app.settings.shortcutKeys = '{"newChat":["F9"],"send":["F10"],"unknown":["F11"],"settings":"x"}';
        compare(Shortcuts.label("newChat"), "F9");
        compare(Shortcuts.label("send"), "Enter");
        compare(Shortcuts.label("settings"), "Ctrl+,");
        keyClick(Qt.Key_F9);
        compare(app.lastCall(), ["newChat"]);
        app.settings.shortcutKeys = "{broken";
        compare(Shortcuts.label("newChat"), "Ctrl+N");
    }
    function test_reset_all_and_keys_that_somebody_else_has_now() {
        verify(Shortcuts.bind("newChat", "F9"));
        verify(Shortcuts.bind("models", "Ctrl+N"));
        verify(!Shortcuts.reset("newChat"), "Ctrl+N is taken");
        verify(!Shortcuts.bind("send", "F10"), "fixed");
        keyClick(Qt.Key_F1);
        const sheet = opened("shortcutSheet");
        const button = findChild(sheet.contentItem, "resetAllKeys");
        verify(button.visible);
        button.clicked();
        compare(Shortcuts.label("newChat"), "Ctrl+N");
        compare(Shortcuts.label("models"), "Ctrl+Shift+M");
        compare(app.settings.shortcutKeys, "");
    }
    function test_events_have_names() {
        const event = (key, modifiers) => ({key: key, modifiers: modifiers});
        compare(Shortcuts.sequenceOf(event(Qt.Key_Plus, Qt.ControlModifier)), "Ctrl++");
        compare(Shortcuts.sequenceOf(event(Qt.Key_F12, Qt.AltModifier | Qt.ShiftModifier)), "Alt+Shift+F12");
        compare(Shortcuts.sequenceOf(event(Qt.Key_Control, Qt.ControlModifier)), "");
        compare(Shortcuts.sequenceOf(event(Qt.Key_Backtab, Qt.ControlModifier | Qt.ShiftModifier)), "Ctrl+Shift+Tab");
        for (const action in Shortcuts.standard)
            for (const sequence of Shortcuts.standard[action])
                verify(sequence !== "", action);
    }
}
