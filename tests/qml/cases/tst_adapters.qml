import QtQuick
import QtTest
import Hearth.Test
import Hearth.Ui

// The switch of adapters in the header, and their page.
WindowCase {
    name: "Adapters"

    function fill() {
        app.comparison.possible = true;
        app.chatAdapters.others = [{name: "Clinical notes", domain: "medical", reason: "The adapter is for “llama”."}];
        app.chatAdapters.add({adapterId: 1, name: "Fables", domain: "style", domainText: "Style"});
        app.chatAdapters.add({adapterId: 2, name: "Tales", domain: "style", domainText: "Style"});
        app.adapters.list.append({adapterId: 1, name: "Fables", domain: "style", domainText: "Style", description: "Animals", licence: "MIT", isStarter: true});
        app.adapters.list.append({adapterId: 2, name: "Clinical notes", domain: "medical", domainText: "Medical", fit: "no", fitText: "Does not fit Ember", fitReason: "Another architecture.", modelsText: ""});
        waitForRendering(window.contentItem);
    }
    function openPanel() {
        keyClick(Qt.Key_J, Qt.ControlModifier);
        return opened("adapterPanel");
    }
    function names(name: string, root: var): var {
        const found = [];
        const walk = item => {
            if (item.objectName === name && item.visible)
                found.push(item);
            for (let i = 0; i < (item.children ?? []).length; ++i)
                walk(item.children[i]);
        };
        walk(root);
        return found;
    }
    function showPage() {
        keyClick(Qt.Key_A, Qt.ControlModifier | Qt.ShiftModifier);
        compare(find("pages").current, "adapters");
        waitForRendering(window.contentItem);
        return find("adaptersPage");
    }

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
    function test_the_page_shows_what_is_known() {
        fill();
        const page = showPage();
        const cards = find("adapterList");
        compare(cards.count, 2);
        const first = cards.itemAtIndex(0);
        compare(findChild(first, "adapterFit").text, "Fits Ember");
        compare(findChild(cards.itemAtIndex(1), "adapterFit").text, "Does not fit Ember: Another architecture.");
        verify(where() === "adapterToggleDetails");
        tryVerify(() => inView(first, cards), 1000, cards.contentY + " " + cards.originY + " " + first.y + " " + first.height + " " + cards.height);
        keyClick(Qt.Key_Return);
        verify(first.open);
        verify(page.visible);
    }
    function test_edit() {
        fill();
        showPage();
        mouseClick(findChild(find("adapterList").itemAtIndex(0), "adapterMenuButton"));
        const item = findChild(find("adapterList").itemAtIndex(0), "editAdapter");
        tryVerify(() => item.visible);
        waitForRendering(window.contentItem);
        mouseClick(item);
        opened("adapterEditDialog");
        compare(where(), "adapterNameField");
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("Moral");
        find("adapterDomainField").chosen("legal");
        find("adapterDescriptionField").text = "New";
        mouseClick(find("saveAdapter"));
        compare(app.lastCall(), ["updateAdapter", 1, "Moral", "legal", "New", "MIT"]);
    }
    function test_remove_asks_first() {
        fill();
        showPage();
        const card = find("adapterList").itemAtIndex(1);
        compare(findChild(find("adapterList").itemAtIndex(0), "removeAdapter").enabled, false, "the bundled ones stay");
        findChild(card, "removeAdapter").triggered();
        opened("adapterRemoveDialog");
        compare(find("removalText").text, "Its file is deleted, which frees 2.4 MB.");
        keyClick(Qt.Key_Escape);
        tryVerify(() => !find("adapterRemoveDialog").visible);
        verify(app.lastCall()[0] !== "removeAdapter");
        findChild(card, "removeAdapter").triggered();
        opened("adapterRemoveDialog");
        mouseClick(find("confirmRemoveAdapter"));
        compare(app.lastCall(), ["removeAdapter", 2]);
    }
    function test_make_a_model_of_it() {
        fill();
        showPage();
        findChild(find("adapterList").itemAtIndex(0), "mergeAdapter").triggered();
        const dialog = opened("adapterMergeDialog");
        compare(find("mergeName").text, "Ember + Fables");
        dialog.change(1, {on: true, strength: 0.5});
        compare(find("mergeName").text, "Ember + Fables + Tales");
        find("mergeType").chosen("Q8_0");
        find("mergeBase").chosen(2);
        compare(dialog.chosen.length, 2, "another model keeps what was chosen");
        find("startMerge").clicked();
        compare(app.lastCall(), ["merge", 2, [{adapterId: 1, scale: 1}, {adapterId: 2, scale: 1}], "Ember + Fables + Tales", "Q8_0"]);
    }
    function test_the_hub_is_asked_only_when_one_says_so() {
        const page = showPage();
        page.tab = "hub";
        find("adapterSearch").forceActiveFocus();
        type("fable");
        compare(app.calls.length, 0);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["searchAdapters", "fable"]);
        verify(find("hubNote").text.includes("No adapter was found"));
        app.adapters.hub.append({repository: "a/b"});
        app.adapters.hub.append({repository: "c/d", status: "choosing", choices: ["x", "y"]});
        waitForRendering(window.contentItem);
        mouseClick(findChild(find("hubAdapters").itemAtIndex(0), "downloadAdapter"));
        compare(app.lastCall(), ["downloadAdapter", 0]);
        verify(!findChild(find("hubAdapters").itemAtIndex(1), "downloadAdapter").visible);
        mouseClick(findChild(find("hubAdapters").itemAtIndex(1), "adapterChoice1"));
        compare(app.lastCall(), ["chooseAdapter", 1, 1]);
        app.adapters.hub.errorCause = "The hub does not answer.";
        verify(find("hubError").visible);
    }
    function test_screen_readers_and_clipping_data() {
        return [{tag: "1000x700", width: 1000, height: 700, percent: 100}, {tag: "large text", width: 900, height: 600, percent: 160}, {tag: "small", width: 420, height: 360, percent: 100}];
    }
    function test_screen_readers_and_clipping(data: var) {
        window.width = data.width;
        window.height = data.height;
        app.settings.fontPercent = data.percent;
        fill();
        app.chatAdapters.setActive(1, true);
        const check = state => {
            waitForRendering(window.contentItem);
            compare(Probe.accessibilityProblems(window).join("\n"), "", state);
            compare(Probe.clippedTexts(window).join("\n"), "", state);
            return Probe.accessibleObjects(window).join("\n");
        };
        check("chip");
        const panel = openPanel();
        findChild(panel.contentItem, "othersToggle").clicked();
        const inPanel = check("panel");
        for (const part of ["CheckBox 'Use Fables'", "Slider 'Strength of Fables: 1.0'", "Button 'Compare…'", "ListItem 'Clinical notes: The adapter is for “llama”.'"])
            verify(inPanel.includes(part), part + " is missing in\n" + inPanel);
        panel.close();
        const page = showPage();
        find("adapterList").itemAtIndex(0).open = true;
        const onPage = check("page");
        verify(onPage.includes("ListItem 'Fables, Style'"), onPage);
        for (const name of ["editAdapter", "removeAdapter", "mergeAdapter"]) {
            findChild(find("adapterList").itemAtIndex(0), name).triggered();
            const dialog = opened({editAdapter: "adapterEditDialog", removeAdapter: "adapterRemoveDialog", mergeAdapter: "adapterMergeDialog"}[name]);
            check(name);
            dialog.close();
            tryVerify(() => !dialog.visible);
        }
        page.tab = "hub";
        app.adapters.hub.append({repository: "someone/a-repository", base: "someone/model", status: "choosing", statusText: "Which one?", choices: ["x", "y"]});
        check("hub");
    }
}
