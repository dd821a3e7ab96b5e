import QtQuick
import QtTest
import Hearth.Test
import Hearth.Ui

// The switch of adapters in the header.
AdaptersCase {
    name: "Adapters"

    function test_no_chip_without_adapters() {
        verify(!find("adapterChip").visible);
        keyClick(Qt.Key_J, Qt.ControlModifier);
        compare(find("pages").current, "adapters", "there is nothing to switch: the page says how to get some");
    }
    function test_the_chip_says_what_is_on() {
        fill();
        const chip = find("adapterChip");
        verify(chip.visible);
        compare(findChild(chip, "adapterSummary").text, "Adapters");
        compare(chip.Accessible.name, "Adapters: none is on");
        app.chatAdapters.setActive(1, true);
        compare(findChild(chip, "adapterSummary").text, "Fables");
        compare(chip.Accessible.name, "Adapters: Fables 1.0");
        app.chatAdapters.setActive(2, true);
        compare(findChild(chip, "adapterSummary").text, "2 adapters");
        window.width = 480;
        waitForRendering(window.contentItem);
        compare(findChild(chip, "adapterSummary").text, "2", "only a number where there is little room");
    }
    function test_switching_by_keyboard() {
        fill();
        const panel = openPanel();
        compare(where(), "adapterToggle");
        keyClick(Qt.Key_Space);
        compare(app.lastCall(), ["setActive", 1, true]);
        const toggles = names("adapterToggle", panel.contentItem);
        compare(toggles.length, 2);
        verify(toggles[0].checked && !toggles[1].checked);
        keyClick(Qt.Key_Tab);
        compare(where(), "strengthSlider");
        keyClick(Qt.Key_Right);
        compare(app.lastCall()[0], "setScale");
        fuzzyCompare(app.lastCall()[2], 1.05, 0.001);
        keyClick(Qt.Key_Tab);
        compare(where(), "resetStrength");
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["setScale", 1, 1]);
        toggles[0].forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["setActive", 1, false]);
        verify(!toggles[0].checked);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !panel.visible);
    }
    function test_the_slider_goes_from_nothing_to_twice_as_much() {
        fill();
        app.chatAdapters.setActive(1, true);
        const panel = openPanel();
        const slider = names("strengthSlider", panel.contentItem)[0];
        compare([slider.from, slider.to, slider.value], [0, 2, 1]);
        slider.forceActiveFocus();
        for (let i = 0; i < 50; ++i)
            keyClick(Qt.Key_Left);
        compare(app.lastCall(), ["setScale", 1, 0]);
        mouseDoubleClickSequence(slider, slider.width - 2, slider.height / 2);
        tryVerify(() => slider.value === 1, 1000, "a double click leads back to 1");
        compare(app.lastCall(), ["setScale", 1, 1]);
    }
    function test_no_more_than_four_at_once() {
        fill();
        for (let i = 3; i <= 6; ++i)
            app.chatAdapters.add({adapterId: i, name: "Adapter " + i});
        const panel = openPanel();
        verify(!findChild(panel.contentItem, "panelFull").visible);
        for (let i = 1; i <= 4; ++i)
            app.chatAdapters.setActive(i, true);
        verify(findChild(panel.contentItem, "panelFull").visible);
        const toggles = names("adapterToggle", panel.contentItem);
        verify(toggles[0].enabled && !toggles[4].enabled && !toggles[5].enabled);
        app.chatAdapters.setActive(1, false);
        verify(toggles[4].enabled);
    }
    function test_those_that_do_not_fit_say_why() {
        fill();
        const panel = openPanel();
        compare(names("otherAdapter", panel.contentItem).length, 0, "hidden at first");
        mouseClick(findChild(panel.contentItem, "othersToggle"));
        const others = names("otherAdapter", panel.contentItem);
        compare(others.length, 1);
        compare(others[0].Accessible.name, "Clinical notes: The adapter is for “llama”.");
    }
    function test_nothing_fits() {
        app.chatAdapters.others = [{name: "Clinical notes", domain: "medical", reason: "x"}];
        app.chatAdapters.installedCount = 1;
        const panel = openPanel();
        compare(findChild(panel.contentItem, "panelNote").text, "None of your adapters fits Ember.");
        verify(!findChild(panel.contentItem, "compareAction").visible);
        mouseClick(findChild(panel.contentItem, "allAdaptersAction"));
        compare(find("pages").current, "adapters");
    }
    function test_a_missing_one_that_is_on_can_be_switched_off() {
        fill();
        app.chatAdapters.change(0, {active: true, status: "missing"});
        app.chatAdapters.refresh();
        const panel = openPanel();
        verify(names("adapterNote", panel.contentItem)[0].text.includes("missing"));
        mouseClick(names("adapterToggle", panel.contentItem)[0]);
        compare(app.lastCall(), ["setActive", 1, false]);
    }
    function test_the_footer_names_what_answered() {
        app.addQuestion("q");
        app.addAnswer([{html: "a"}], {stats: "1 token", adapters: "Fables 1.0"});
        waitForRendering(window.contentItem);
        compare(findChild(list().itemAtIndex(1), "statsText").text, "Ember · Fables 1.0 · 1 token");
        compare(list().itemAtIndex(1).Accessible.name, "Answer from Ember with Fables 1.0");
    }
}
