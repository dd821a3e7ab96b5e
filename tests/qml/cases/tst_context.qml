import QtQuick
import QtTest
import Hearth.Ui

// How full the context is: the counter of the draft, the gauge, its panel, and the line where the model begins to read.
WindowCase {
    id: test
    name: "Context"

    function fill(percent: int, warning: string) {
        app.context.known = true;
        app.context.percent = percent;
        app.context.warning = warning;
        app.context.numbers = [{name: "Instructions", value: "12"}, {name: "Conversation", value: "2,900"}, {name: "Your message", value: "14"}, {name: "Room for the answer", value: "1,170"}, {name: "Context of the model", value: "4,096"}];
        waitForRendering(window.contentItem);
    }

    // Above the fifth message.
    function line() {
        const item = list().itemAtIndex(4);
        return item === null ? null : findChild(item, "contextLine");
    }

    function test_nothing_is_shown_without_a_model_and_a_draft() {
        verify(!find("contextGauge").visible);
        app.context.draftText = "about 12 tokens";
        verify(find("contextGauge").visible);
        compare(find("draftTokens").text, "about 12 tokens");
        verify(!find("contextPercent").visible);
        verify(!find("contextGauge").enabled);
        compare(find("contextGauge").Accessible.name, "about 12 tokens");
    }
    function test_the_gauge_tells_how_full_it_is() {
        fill(73, "");
        compare(find("contextPercent").text, "73 %");
        compare(find("contextGauge").Accessible.name, "Context 73 % full");
        app.context.draftText = "14 tokens";
        compare(find("contextGauge").Accessible.name, "Context 73 % full. Your message: 14 tokens");
        verify(Qt.colorEqual(find("contextLevel").color, Theme.textFaint));
        const level = find("contextLevel");
        fuzzyCompare(level.width / level.parent.width, 0.73, 0.01);
    }
    function test_what_does_not_fit_warns() {
        fill(100, "The context is full.");
        verify(Qt.colorEqual(find("contextLevel").color, Theme.warning));
        compare(find("contextGauge").Accessible.description, "The context is full.");
        mouseClick(find("contextGauge"));
        opened("contextPanel");
        verify(find("contextWarning").visible);
        compare(find("contextWarning").text, "The context is full.");
    }
    function test_the_panel_has_numbers_and_policies() {
        fill(73, "");
        mouseClick(find("contextGauge"));
        const panel = opened("contextPanel");
        verify(!find("contextWarning").visible);
        verify(findChild(panel.contentItem, "policy_drop").on);
        for (const policy of ["summarise", "stop", "drop"]) {
            mouseClick(findChild(panel.contentItem, "policy_" + policy));
            compare(app.context.policy, policy);
            verify(findChild(panel.contentItem, "policy_" + policy).on);
            verify(findChild(panel.contentItem, "policy_" + policy).note !== "");
        }
        keyClick(Qt.Key_Escape);
        tryVerify(() => !panel.opened);
    }
    function test_a_larger_context_leads_to_the_setting() {
        fill(73, "");
        mouseClick(find("contextGauge"));
        opened("contextPanel");
        mouseClick(find("largerContext"));
        tryVerify(() => find("settingsSearch") !== null && find("settingsSearch").text === "Context length");
        tryVerify(() => find("contextLength").visible);
        verify(!find("temperature").visible);
    }
    function test_the_keyboard_reaches_it() {
        fill(40, "");
        find("contextGauge").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Return);
        opened("contextPanel");
        compare(window.activeFocusItem.objectName, "largerContext");
    }
    function test_a_line_says_what_is_not_read() {
        talk(4);
        compare(line(), null);
        app.context.unread = 4;
        app.context.firstRead = 5;
        app.jumpRequested(4);
        tryVerify(() => line() !== null);
        waitForRendering(window.contentItem);
        compare(findChild(line(), "unreadNote").text, "Not read any more by the model: the 4 messages above");
        verify(findChild(line(), "unreadNote").visible);
        verify(!findChild(line(), "summaryHead").visible);
        app.context.unread = 0;
        app.context.firstRead = 0;
        tryVerify(() => line() === null);
    }
    function test_a_summary_is_shown_on_request() {
        talk(4);
        app.context.unread = 4;
        app.context.firstRead = 5;
        app.context.summary = "They talked about <b>foxes</b>.";
        app.jumpRequested(4);
        tryVerify(() => line() !== null);
        waitForRendering(window.contentItem);
        verify(!findChild(line(), "unreadNote").visible);
        compare(findChild(line(), "summaryHead").text, "Summary of the 4 messages above");
        verify(!findChild(line(), "summaryText").visible);
        mouseClick(findChild(line(), "summaryHead"));
        tryVerify(() => findChild(line(), "summaryText").visible);
        compare(findChild(line(), "summaryText").text, "They talked about <b>foxes</b>.");
        app.jumpRequested(4);
        waitForRendering(window.contentItem);
        wait(50);
        mouseClick(findChild(line(), "summaryHead"));
        tryVerify(() => !findChild(line(), "summaryText").visible);
    }
    function test_the_setting_for_all_chats() {
        keySequence("Ctrl+,");
        tryVerify(() => find("contextPolicy") !== null && find("contextPolicy").visible);
        findChild(find("contextPolicy"), "policy_stop").clicked();
        compare(app.settings.contextPolicy, "stop");
    }
}
