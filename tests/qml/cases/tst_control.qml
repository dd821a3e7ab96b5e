import QtQuick
import QtTest
import Hearth.Ui

// The settings of a chat: the panel by key and button, what it changes, presets, and the question for the model.
WindowCase {
    name: "Control"
    windowHeight: 900

    readonly property var settings: app ? app.chatSettings : null

    function panel() {
        return find("chatSettingsPanel");
    }
    function part(name: string) {
        return findChild(panel().contentItem, name);
    }
    function open() {
        keyClick(Qt.Key_I, Qt.ControlModifier | Qt.ShiftModifier);
        tryVerify(() => panel() !== null && panel().opened);
        waitForRendering(window.contentItem);
    }
    // Clicks what may be below the visible part of the panel.
    function click(item: var) {
        const flick = panel().contentItem;
        wait(50); // for the layout
        const top = item.mapToItem(flick.contentItem, 0, 0).y;
        flick.contentY = Math.max(0, Math.min(flick.contentHeight - flick.height, top - flick.height / 2));
        wait(50);
        mouseClick(item);
    }

    function test_opens_by_key_and_button_and_closes() {
        open();
        verify(part("closeChatSettings").activeFocus);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !panel().visible);
        mouseClick(find("chatSettingsButton"));
        tryVerify(() => panel().opened);
        mouseClick(find("chatSettingsButton"));
        tryVerify(() => !panel().visible);
        open();
        mouseClick(part("closeChatSettings"));
        tryVerify(() => !panel().visible);
        open();
        keyClick(Qt.Key_I, Qt.ControlModifier | Qt.ShiftModifier);
        tryVerify(() => !panel().visible, 5000, "the key that opened it");
    }
    function test_keys_of_the_window_hold_beside_it() {
        open();
        keyClick(Qt.Key_K, Qt.ControlModifier);
        tryVerify(() => find("chatSwitcher").opened);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !find("chatSwitcher").visible);
        verify(panel().opened);
        keyClick(Qt.Key_N, Qt.ControlModifier);
        compare(app.lastCall()[0], "newChat");
    }
    function test_one_panel_at_a_time() {
        open();
        mouseClick(find("performanceButton"));
        tryVerify(() => find("performancePanel").opened);
        tryVerify(() => !panel().visible);
        mouseClick(find("chatSettingsButton"));
        tryVerify(() => panel().opened);
        tryVerify(() => !find("performancePanel").visible);
    }
    function test_system_prompt() {
        settings.standardPrompt = "Be kind.";
        open();
        const area = part("chatSystemPrompt").area;
        verify(part("standardPrompt").visible);
        compare(part("standardPrompt").text, "Be kind.");
        mouseClick(area);
        type("Rhyme");
        compare(settings.systemPrompt, "Rhyme");
        verify(!part("standardPrompt").visible);
        verify(settings.active);
        compare(find("chatSettingsButton").tint, Theme.accent);
    }
    function test_numbers_show_what_differs() {
        open();
        const row = part("chatTemperature");
        verify(!findChild(row, "differs").visible);
        settings.temperature.number = 1.2;
        verify(findChild(row, "differs").visible);
        verify(part("presetChanged").text.includes("1"));
        click(findChild(row, "resetValue"));
        compare(settings.temperature.number, 0.7);
        settings.topK.number = 5;
        settings.minP.number = 0.1;
        click(part("resetChatSampling"));
        compare(settings.changedCount, 0);
    }
    function test_presets() {
        open();
        click(part("savePreset"));
        verify(part("presetName").activeFocus);
        type("Mine");
        keyClick(Qt.Key_Return);
        compare(settings.presetText, "Mine");
        verify(part("deletePreset").visible);
        click(part("renamePreset"));
        type("Ours");
        click(part("presetNameDone"));
        compare(settings.presetText, "Ours");
        click(part("savePreset"));
        keyClick(Qt.Key_Escape);
        verify(part("savePreset").visible);
        verify(panel().opened);
        click(part("deletePreset"));
        compare(settings.preset, "");
        verify(!part("renamePreset").visible);
    }
    function test_stop_strings() {
        open();
        click(part("stopField"));
        type("END");
        keyClick(Qt.Key_Return);
        compare(settings.stop, ["END"]);
        compare(part("stopField").text, "");
        click(findChild(part("stop0"), "removeStop"));
        compare(settings.stop.length, 0);
        settings.stop = ["1", "2", "3", "4", "5", "6"];
        verify(!part("stopField").visible);
    }
    function test_seed() {
        open();
        verify(!part("seedField").visible);
        click(findChild(part("seedKind"), "option-fixed"));
        verify(Number(settings.seed) > 0);
        tryVerify(() => part("seedField").visible);
        click(part("seedField"));
        part("seedField").selectAll();
        type("42");
        keyClick(Qt.Key_Return);
        compare(settings.seed, "42");
        click(findChild(part("seedKind"), "option-random"));
        compare(settings.seed, "");
    }
    function test_thinking() {
        settings.thinkingProblem = "No.";
        open();
        verify(!part("chatThinking").enabled);
        compare(part("thinkingNote").text, "No.");
        settings.thinkingProblem = "";
        click(findChild(part("chatThinking"), "option-off"));
        compare(settings.thinking, "off");
        click(part("resetChatSettings"));
        compare(settings.thinking, "");
        verify(!part("resetChatSettings").enabled);
    }
    function test_the_model_of_a_chat() {
        verify(!find("modelNotice").visible);
        settings.asksForModel = true;
        tryVerify(() => find("modelNotice").visible);
        waitForRendering(window.contentItem);
        mouseClick(find("useChatModel"));
        compare(settings.calls, [["useChatModel"]]);
        mouseClick(find("keepLoadedModel"));
        tryVerify(() => !find("modelNotice").visible);
    }
}
