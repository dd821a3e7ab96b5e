import QtQuick
import QtTest
import Hearth.Ui

// The first steps: by themselves once, by the keyboard alone, skipped at every step, and nothing is fetched without a click.
WindowCase {
    id: test
    name: "Welcome"

    function show(): var {
        app.welcome.wanted = true;
        return opened("welcomeDialog");
    }
    function next() {
        mouseClick(find("welcomeNext"));
        waitForRendering(window.contentItem);
    }
    function reach(step: int): var {
        const dialog = show();
        while (dialog.step < step)
            next();
        return dialog;
    }

    function test_it_does_not_come_unless_it_is_wanted() {
        verify(!find("welcomeDialog").opened);
        compare(app.welcome.calls.length, 0);
    }
    function test_it_comes_once() {
        show();
        compare(app.welcome.calls, ["begin"]);
        verify(!app.welcome.wanted);
    }
    function test_escape_skips_every_step_data() {
        return [{tag: "language", step: 0}, {tag: "device", step: 1}, {tag: "start", step: 2}];
    }
    function test_escape_skips_every_step(data: var) {
        const dialog = reach(data.step);
        compare(dialog.step, data.step);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !dialog.visible);
        verify(app.welcome.calls.includes("finish"));
        verify(!app.welcome.calls.includes("download"));
        // The window behind it is complete.
        tryVerify(() => window.activeFocusItem !== null && where() !== "welcomeNext");
    }
    function test_skip_button_data() {
        return test_escape_skips_every_step_data();
    }
    function test_skip_button(data: var) {
        const dialog = reach(data.step);
        mouseClick(find("welcomeSkip"));
        tryVerify(() => !dialog.visible);
        compare(app.welcome.calls.filter(call => call === "finish").length, 1);
    }
    function test_keyboard_goes_through_all_steps() {
        const dialog = show();
        tryVerify(() => find("welcomeNext").activeFocus);
        keyClick(Qt.Key_Return);
        compare(dialog.step, 1);
        verify(find("welcomeNext").activeFocus);
        keyClick(Qt.Key_Return);
        compare(dialog.step, 2);
        keyClick(Qt.Key_Return);
        tryVerify(() => !dialog.visible);
        verify(!app.welcome.calls.includes("download"));
    }
    function test_back_keeps_the_focus() {
        const dialog = reach(2);
        mouseClick(find("welcomeBack"));
        compare(dialog.step, 1);
        mouseClick(find("welcomeBack"));
        compare(dialog.step, 0);
        verify(!find("welcomeBack").visible);
        verify(find("welcomeNext").activeFocus);
    }
    function test_each_step_has_a_heading() {
        const dialog = show();
        const headings = [];
        for (let step = 0; step <= 2; ++step) {
            dialog.go(step);
            headings.push(dialog.heading);
            verify(find("welcomeStep").Accessible.name.includes(String(step + 1)));
            compare(find("welcomeNext").Accessible.description, dialog.heading);
        }
        compare(new Set(headings).size, 3);
    }
    function test_language_and_theme_change_at_once() {
        show();
        mouseClick(findChild(find("welcomeLanguage"), "option-zh_CN"));
        compare(app.welcome.language, "zh_CN");
        mouseClick(findChild(find("welcomeTheme"), "option-dark"));
        compare(app.settings.theme, "dark");
        verify(Theme.dark);
    }
    function test_the_device_is_tested_and_the_test_can_be_stopped() {
        reach(1);
        verify(app.welcome.calls.includes("checkDevice"));
        verify(find("welcomeCheckText").text.includes("Testing"));
        mouseClick(find("welcomeCancel"));
        verify(app.welcome.calls.includes("cancelCheck"));
        verify(!find("welcomeCancel").visible);
        verify(find("welcomeTest").visible);
        app.welcome.pass();
        compare(find("welcomeCheckText").text, "Small GPU works.");
        verify(find("welcomeSummary").visible);
        verify(!find("welcomeTest").visible);
    }
    function test_going_on_while_it_is_tested() {
        const dialog = reach(1);
        next();
        compare(dialog.step, 2);
        compare(app.welcome.calls.filter(call => call === "checkDevice").length, 1);
    }
    function test_another_device_is_tested() {
        reach(1);
        app.welcome.pass();
        waitForRendering(window.contentItem);
        mouseClick(findChild(find("welcomeDevices"), "device-cpu"));
        compare(app.settings.device, "cpu");
        compare(app.welcome.calls.filter(call => call === "checkDevice").length, 2);
    }
    function test_a_failure_says_what_to_do() {
        reach(1);
        app.welcome.fail();
        compare(find("welcomeCheck").tone, "warning");
        verify(find("welcomeCheckNextStep").visible);
        verify(find("welcomeSummary").text.includes("Processor"));
    }
    function test_download_needs_a_click() {
        const dialog = reach(2);
        verify(!find("welcomeDownload").visible);
        app.welcome.recommend();
        verify(find("welcomeDownload").visible);
        for (const part of ["4.2 GB", "A little worse", "60 tokens/s"])
            verify(find("welcomeOfferFacts").text.includes(part), part);
        verify(!app.welcome.calls.includes("download"));
        waitForRendering(window.contentItem);
        mouseClick(find("welcomeDownload"));
        verify(app.welcome.calls.includes("download"));
        tryVerify(() => !dialog.visible);
        compare(find("pages").current, "models");
    }
    function test_all_models() {
        const dialog = reach(2);
        mouseClick(find("welcomeModels"));
        tryVerify(() => !dialog.visible);
        compare(find("pages").current, "models");
        verify(!app.welcome.calls.includes("download"));
    }
    function test_again_from_the_settings() {
        find("settingsDialog").open();
        opened("settingsDialog");
        find("welcomeButton").clicked();
        const dialog = opened("welcomeDialog");
        compare(dialog.step, 0);
        verify(app.welcome.calls.includes("begin"));
    }
    function test_nothing_is_out_of_reach_data() {
        return [{tag: "100", percent: 100}, {tag: "160", percent: 160}];
    }
    function test_nothing_is_out_of_reach(data: var) {
        window.width = Theme.minimumWidth;
        window.height = Theme.minimumHeight;
        app.settings.fontPercent = data.percent;
        const dialog = show();
        app.welcome.recommend();
        for (let step = 0; step <= 2; ++step) {
            dialog.go(step);
            app.welcome.fail();
            waitForRendering(window.contentItem);
            for (const name of ["welcomeSkip", "welcomeNext"]) {
                const button = find(name);
                button.forceActiveFocus(Qt.TabFocusReason);
                waitForRendering(window.contentItem);
                tryVerify(() => inView(button, window.contentItem), 2000, name + " at step " + step);
                verify(!inView(button, dialog.view), "below what scrolls");
                verify(button.x >= 0 && button.x + button.width <= button.parent.width + 1);
            }
            for (const name of ["welcomeDownload", "welcomeModels"]) {
                const button = find(name);
                verify(button.width <= dialog.width);
            }
        }
    }
}
