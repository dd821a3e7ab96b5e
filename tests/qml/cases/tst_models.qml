import QtQuick
import QtTest
import Hearth.Ui

// The page of the models: what is here, and how it is used, deleted and imported.
ModelsCase {
    name: "Models"

    function test_tabs_show_their_part_and_count() {
        models.fill();
        const page = show("installed");
        verify(find("installedTab").visible && !find("discoverTab").visible);
        compare(part(page, "option-installed").Accessible.name, "Installed, 5");
        mouseClick(part(page, "option-discover"));
        verify(find("discoverTab").visible && !find("installedTab").visible);
        mouseClick(part(page, "option-downloads"));
        verify(find("downloadsTab").visible);
        compare(page.tab, "downloads");
        verify(models.calls.some(call => call[0] === "refreshFits"), "fits are computed when the page comes");
    }
    function test_tabs_can_be_read_in_a_small_window_with_large_text() {
        models.fill();
        window.width = 420;
        app.settings.fontPercent = 160;
        const page = show("installed");
        for (const [name, text] of [["option-installed", "Installed"], ["option-discover", "Discover"], ["option-downloads", "Downloads"]]) {
            const label = part(page, name).contentItem.children[0];
            compare(label.text, text);
            verify(!label.truncated && label.width > 20, name + ": " + label.width);
        }
    }
    function test_nothing_here() {
        show("installed");
        verify(part(find("installedTab"), "noModels"));
        show("downloads");
        verify(part(find("downloadsTab"), "noDownloads"));
        show("discover");
        verify(part(find("discoverTab"), "nothingInCatalogue"));
    }
    function test_a_variant_is_used() {
        models.fill();
        show("installed");
        compare(all(find("installedTab"), "installedRow").length, 5);
        verify(!part(rowOf(0), "useButton"), "it is in use");
        press(part(rowOf(1), "useButton"));
        compare(models.lastCall(), ["use", 2]);
        verify(!part(rowOf(3), "useButton"), "it is missing");
        verify(part(rowOf(3), "locateButton"));
    }
    function test_a_model_that_does_not_load_says_why() {
        models.fill();
        models.installed.change(2, {status: "failed", problem: "There is not enough memory. Choose a smaller variant."});
        show("installed");
        verify(part(rowOf(2), "loadProblem").text.includes("memory"));
        verify(part(rowOf(2), "useButton"), "it can be tried again");
        verify(!part(rowOf(1), "loadProblem"));
    }
    function test_menu_of_a_variant_data() {
        return [{tag: "settingsAction", dialog: "variantSettingsDialog"}, {tag: "smallerAction", dialog: "smallerDialog"}, {tag: "cardAction", dialog: "modelCardDialog", call: ["showCard", 2]}, {tag: "removeAction", dialog: "removeDialog"},
            {tag: "verifyAction", call: ["verify", 2]}, {tag: "folderAction", call: ["showInFolder", 2]}];
    }
    function test_menu_of_a_variant(data: var) {
        models.fill();
        show("installed");
        choose(rowOf(1), data.tag);
        if (data.call)
            compare(models.lastCall(), data.call);
        if (data.dialog)
            opened(data.dialog);
    }
    function test_the_menu_offers_what_makes_sense() {
        models.fill();
        show("installed");
        const offered = index => {
            const menu = rowOf(index).menu;
            return ["settingsAction", "smallerAction", "verifyAction", "folderAction", "removeAction"].filter(name => findChild(menu, name).offered);
        };
        compare(offered(1).length, 5);
        verify(!offered(2).includes("removeAction"), "the starter model stays");
        models.installed.change(3, {canShrink: false});
        compare(offered(3), ["removeAction"], "of a missing one only the entry can go");
        verify(findChild(rowOf(3).menu, "removeAction").text.includes("list"));
        verify(findChild(rowOf(4).menu, "removeAction").text.includes("Delete"));
    }
    function test_deleting_says_what_goes_and_asks() {
        models.fill();
        show("installed");
        choose(rowOf(4), "removeAction");
        const dialog = opened("removeDialog");
        verify(dialog.heading.includes("Moonlight-16B-A3B, F16"));
        verify(part(dialog.contentItem, "removalText").text.includes("4.7 GB"));
        verify(part(dialog.contentItem, "removeCancel").activeFocus, "Enter deletes nothing");
        keyClick(Qt.Key_Return);
        tryVerify(() => !dialog.visible);
        verify(!models.calls.some(call => call[0] === "remove"));
        choose(rowOf(4), "removeAction");
        opened("removeDialog");
        mouseClick(part(dialog.contentItem, "removeConfirm"));
        compare(models.lastCall(), ["remove", 5]);
    }
    function test_numbers_behind_a_label() {
        models.fill();
        show("installed");
        const row = rowOf(1);
        const before = row.height;
        press(part(row, "fitLabel"));
        verify(row.numbersOpen);
        waitForRendering(window.contentItem);
        verify(row.height > before + 100);
        verify(row.width <= find("installedTab").width);
    }
    function test_jobs_can_be_cancelled_and_dismissed() {
        models.fill();
        show("installed");
        mouseClick(part(find("installedTab"), "cancelJob"));
        compare(models.jobs.calls, [["cancel", 7]]);
        mouseClick(part(find("installedTab"), "dismissJob"));
        compare(models.jobs.calls[1], ["dismiss", 8]);
    }
    function test_import_asks_for_link_or_copy() {
        models.fill();
        models.knownFolders = [{name: "Ollama", path: "/home/anna/.ollama"}];
        show("installed");
        mouseClick(part(find("installedTab"), "importButton"));
        const dialog = opened("importDialog");
        verify(models.calls.some(call => call[0] === "lookForFolders"));
        verify(!dialog.copy);
        mouseClick(part(dialog.contentItem, "importCopy"));
        mouseClick(part(dialog.contentItem, "known-Ollama"));
        compare(models.lastCall(), ["importPath", "/home/anna/.ollama", true]);
        tryVerify(() => !dialog.visible);
    }
}
