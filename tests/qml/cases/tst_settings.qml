import QtQuick
import QtTest
import Hearth.Ui

// The page of settings: search, text size, device, data folder, erasing.
WindowCase {
    name: "Settings"

    property var dialog

    function open() {
        keyClick(Qt.Key_Comma, Qt.ControlModifier);
        dialog = opened("settingsDialog");
    }
    function part(name: string) {
        return findChild(dialog.contentItem, name);
    }
    // Scrolls to a control, as a Tab would, and clicks it.
    function click(name: string) {
        const control = part(name);
        control.forceActiveFocus(Qt.TabFocusReason);
        wait(20);
        mouseClick(control);
    }

    function test_search_has_the_focus_and_filters_by_heading_help_and_section() {
        open();
        verify(part("settingsSearch").activeFocus);
        verify(part("temperature").visible && part("languageChoice").visible);
        type("temperat");
        verify(part("temperature").visible);
        verify(!part("languageChoice").visible && !part("topK").visible);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("likeliest word"); // of its help
        verify(part("temperature").visible && part("topP").visible && !part("topK").visible);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("privacy"); // of its section
        verify(part("eraseEverything").visible && part("dataFolder").visible && !part("temperature").visible);
        verify(!part("noSetting").visible);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("zebra");
        verify(part("noSetting").visible);
        compare(part("noSetting").text, "No setting matches “zebra”.");
        verify(!part("eraseEverything").visible);
        dialog.close();
        tryVerify(() => !dialog.visible);
        open();
        compare(part("settingsSearch").text, "");
        verify(part("temperature").visible);
    }
    function test_focus_returns_to_where_it_was() {
        find("newChatButton").forceActiveFocus(Qt.TabFocusReason);
        open();
        keyClick(Qt.Key_Escape);
        tryVerify(() => !dialog.visible);
        verify(find("newChatButton").activeFocus);
        find("composer").forceActiveFocus();
        keyClick(Qt.Key_F1);
        opened("shortcutSheet");
        keyClick(Qt.Key_F1);
        tryVerify(() => !find("shortcutSheet").visible);
        verify(find("composer").activeFocus);
    }
    function test_text_size_by_keys_scales_fonts_and_controls() {
        const font = Theme.fontBody;
        const control = Theme.control;
        keyClick(Qt.Key_Plus, Qt.ControlModifier);
        compare(app.settings.fontPercent, 110);
        verify(Theme.fontBody > font && Theme.control > control);
        keyClick(Qt.Key_0, Qt.ControlModifier);
        compare(Theme.fontBody, font);
        keyClick(Qt.Key_Minus, Qt.ControlModifier);
        compare(app.settings.fontPercent, 90);
        verify(Theme.fontBody < font);
        compare(Theme.control, control);
        for (let i = 0; i < 20; ++i)
            keyClick(Qt.Key_Equal, Qt.ControlModifier);
        compare(app.settings.fontPercent, Theme.fontLargest);
        for (let i = 0; i < 20; ++i)
            keyClick(Qt.Key_Minus, Qt.ControlModifier);
        compare(app.settings.fontPercent, Theme.fontSmallest);
    }
    function test_text_size_by_slider() {
        open();
        const slider = part("fontPercent");
        slider.forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Right);
        compare(app.settings.fontPercent, 110);
        keyClick(Qt.Key_0, Qt.ControlModifier); // works above the dialog too
        compare(app.settings.fontPercent, 100);
        compare(slider.value, 100);
        const sample = part("textSizeSample").font.pixelSize;
        mousePress(slider, slider.width / 2, slider.height / 2);
        mouseMove(slider, slider.width - 2, slider.height / 2);
        compare(app.settings.fontPercent, 100, "not while it is dragged");
        verify(part("textSizeSample").font.pixelSize > sample, "but the sample shows it");
        mouseRelease(slider, slider.width - 2, slider.height / 2);
        compare(app.settings.fontPercent, 160);
        keyClick(Qt.Key_0, Qt.ControlModifier);
        compare(slider.value, 100, "still bound");
    }
    function test_devices_that_cannot_be_used_say_why() {
        open();
        click("device-cpu");
        compare(app.settings.device, "cpu");
        const gpu = part("device-cuda:0");
        verify(!gpu.enabled);
        compare(gpu.Accessible.description, "This version of Hearth cannot use it yet.");
        const small = part("device-vulkan:1");
        compare(small.Accessible.description, "3.0 GB of 4.0 GB free. Tested.");
        verify(small.enabled);
        verify(!part("device-vulkan:0").enabled, "it failed its test");
        dialog.view.contentY += Theme.space12 * 2;
        mouseClick(gpu);
        verify(dialog.visible);
        compare(app.settings.device, "cpu");
        part("device-auto").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Space);
        compare(app.settings.device, "auto");
    }
    function test_sampling_and_its_defaults() {
        open();
        app.settings.minP = 0.5;
        app.settings.repeatPenalty = 1.4;
        click("resetSampling");
        compare(app.settings.minP, 0);
        compare(app.settings.repeatPenalty, 1);
        findChild(part("minP"), "slider").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Right);
        fuzzyCompare(app.settings.minP, 0.01, 1e-9);
        findChild(part("repeatPenalty"), "slider").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Right);
        fuzzyCompare(app.settings.repeatPenalty, 1.05, 1e-9);
    }
    function test_giving_way_to_other_programs() {
        open();
        compare(part("background").checked, false);
        click("background");
        compare(app.settings.background, true);
        keyClick(Qt.Key_Space);
        compare(app.settings.background, false);
        part("settingsSearch").forceActiveFocus();
        type("smooth"); // of its help
        verify(part("background").visible && !part("threads").visible);
    }
    function test_context_cost_is_told_and_warned_of() {
        open();
        const note = findChild(part("contextLength").parent.parent, "settingNote");
        verify(!note.visible);
        app.settings.contextCost = "4.1 GB";
        verify(note.visible);
        compare(String(note.color), String(Theme.textMuted));
        app.settings.contextCostWarning = true;
        compare(String(note.color), String(Theme.warning));
    }
    function test_reload() {
        open();
        click("reloadNow");
        compare(app.lastCall(), ["reloadModel"]);
    }
    function test_data_folder() {
        open();
        compare(part("dataFolder").text, app.dataFolder);
        verify(part("dataFolder").readOnly);
        click("openDataFolder");
        compare(app.lastCall(), ["openDataFolder"]);
        verify(part("changeDataFolder").enabled);
        app.dataFolderFixed = true;
        verify(!part("changeDataFolder").enabled);
        verify(!part("dataFolderNote").visible);
        app.dataFolderNote = "Moves at the next start.";
        verify(part("dataFolderNote").visible);
    }
    function test_erasing_takes_two_steps_and_cancel_has_the_focus() {
        open();
        click("eraseEverything");
        const erase = opened("eraseDialog");
        const confirm = findChild(erase.contentItem, "eraseConfirm");
        verify(findChild(erase.contentItem, "eraseCancel").activeFocus);
        verify(!confirm.enabled);
        keyClick(Qt.Key_Return); // cancels
        tryVerify(() => !erase.visible);
        compare(app.calls.length, 0);
        verify(part("eraseEverything").activeFocus);
        keyClick(Qt.Key_Return);
        opened("eraseDialog");
        mouseClick(findChild(erase.contentItem, "eraseSure"));
        verify(confirm.enabled);
        mouseClick(confirm);
        compare(app.lastCall(), ["eraseEverything"]);
        tryVerify(() => !erase.visible && !dialog.visible);
        open();
        click("eraseEverything");
        opened("eraseDialog");
        verify(!confirm.enabled, "the second step is asked for every time");
        const files = findChild(erase.contentItem, "eraseFiles");
        verify(!files.checked);
        mouseClick(files);
        verify(!confirm.enabled, "it asks for more, not for less care");
        mouseClick(findChild(erase.contentItem, "eraseSure"));
        mouseClick(confirm);
        compare(app.lastCall(), ["eraseWithModels"]);
        open();
        click("eraseEverything");
        opened("eraseDialog");
        verify(!files.checked, "files are asked for every time");
    }
    function test_tab_scrolls_the_page_along() {
        window.height = 400;
        open();
        const view = dialog.view;
        for (let i = 0; i < 40; ++i) {
            keyClick(Qt.Key_Tab);
            wait(1);
            const item = window.activeFocusItem;
            if (!dialog.view.contentItem.contains || view.contentItem === null)
                break;
            let inside = item;
            while (inside && inside !== view.contentItem)
                inside = inside.parent;
            if (inside)
                verify(inView(item, view), String(item));
        }
        verify(dialog.opened);
    }
    function test_shortcut_sheet_from_here() {
        open();
        click("shortcutsButton");
        opened("shortcutSheet");
    }
}
