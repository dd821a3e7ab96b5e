import QtQuick
import QtTest
import Hearth.Test
import Hearth.Ui

// The page of the adapters.
AdaptersCase {
    name: "AdaptersPage"

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
