import QtQuick
import QtTest
import Hearth.Ui

// The page of the models: what is here, what can be had, and what is on its way.
WindowCase {
    id: test
    name: "Models"

    readonly property var models: app?.models ?? null

    function show(tab: string) {
        find("pages").show("models");
        const page = find("modelsPage");
        page.openTab(tab);
        wait(20); // items that have just been made get their places
        return page;
    }
    // All items of this name that can be seen, from the top.
    function all(root: var, name: string): var {
        const found = [];
        const walk = item => {
            if (!item.visible)
                return;
            if (item.objectName === name)
                found.push(item);
            for (let i = 0; i < item.children.length; ++i)
                walk(item.children[i]);
        };
        walk(root);
        return found;
    }
    function part(item: var, name: string): var {
        return all(item, name)[0] ?? null;
    }
    function press(item: var) {
        verify(item, "nothing to press");
        let view = item.parent;
        while (view && !(view.contentY !== undefined && view.contentHeight !== undefined))
            view = view.parent;
        if (view)
            view.contentY = Math.max(0, Math.min(view.contentHeight - view.height, item.mapToItem(view.contentItem, 0, 0).y - 40));
        wait(20);
        mouseClick(item);
    }
    function rowOf(index: int): var {
        return all(find("installedTab"), "installedRow")[index];
    }
    function choose(row: var, action: string) {
        press(part(row, "variantMenuButton"));
        const entry = findChild(row.menu, action);
        tryVerify(() => entry.visible);
        mouseClick(entry);
    }

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
    function test_dropped_files_are_opened_and_imported() {
        const opening = window.app.opening;
        const drop = find("fileDrop");
        compare(drop.files(["file:///a/b.gguf", "https://example.org/c.gguf"]).length, 1);
        drop.taken(["file:///home/anna/b%20c.gguf", "file:///home/anna/models/"]);
        compare(opening.lastCall(), ["open", ["file:///home/anna/b%20c.gguf", "file:///home/anna/models/"]]);
        verify(!find("importDialog").visible, "nothing is asked before the files were looked at");
        opening.ask([{name: "b c.gguf", about: "Story · 4.7 GB"}, {name: "law.gguf", about: "Adapter · Law · 20 MB"}], false);
        const dialog = opened("importDialog");
        compare(all(dialog.contentItem, "importName").map(text => text.text), ["b c.gguf", "law.gguf"]);
        compare(all(dialog.contentItem, "importAbout").map(text => text.text), ["Story · 4.7 GB", "Adapter · Law · 20 MB"]);
        verify(!part(dialog.contentItem, "importUse"), "several files are not used");
        verify(part(dialog.contentItem, "importConfirm").activeFocus);
        keyClick(Qt.Key_Return);
        compare(opening.calls.filter(call => call[0] === "accept"), [["accept", false, true]]);
        compare(find("pages").current, "models");
        verify(find("installedTab").visible);
        tryVerify(() => !dialog.visible);
    }
    function test_dropped_texts_go_where_the_chat_is() {
        const opening = window.app.opening;
        const drop = find("fileDrop");
        window.showPage("chat");
        drop.taken(["file:///home/anna/notes.md", "file:///home/anna/b.gguf"]);
        compare(window.app.lastCall(), ["addFiles", ["file:///home/anna/notes.md"]]);
        compare(opening.lastCall(), ["open", ["file:///home/anna/b.gguf"]]);
        window.showPage("models");
        drop.taken(["file:///home/anna/notes.md"]);
        compare(opening.lastCall(), ["open", ["file:///home/anna/notes.md"]]);
    }
    function test_one_opened_model_can_be_used_at_once() {
        const opening = window.app.opening;
        opening.ask([{name: "<b>x</b>&amp;.gguf", about: "Story · 4.7 GB"}], true);
        const dialog = opened("importDialog");
        compare(part(dialog.contentItem, "importName").text, "<b>x</b>&amp;.gguf");
        verify(part(dialog.contentItem, "importUse").checked);
        mouseClick(part(dialog.contentItem, "importCopy"));
        mouseClick(part(dialog.contentItem, "importUse"));
        mouseClick(part(dialog.contentItem, "importConfirm"));
        compare(opening.calls.filter(call => call[0] === "accept"), [["accept", true, false]]);
        dialog.copy = false;
        dialog.use = true;
        opening.importUsed();
        compare(find("pages").current, "chat");
    }
    function test_an_import_that_is_used_does_not_call_anybody_back() {
        window.app.opening.pageWanted("adapters");
        compare(find("pages").current, "adapters");
        window.app.opening.importUsed();
        compare(find("pages").current, "adapters");
        window.app.opening.pageWanted("chat");
        compare(find("pages").current, "chat");
    }
    function test_looking_is_said_when_it_takes_a_while() {
        const note = find("lookingNote");
        verify(!note.visible);
        window.app.opening.looking = true;
        verify(!note.visible);
        tryVerify(() => note.visible);
        window.app.opening.looking = false;
        verify(!note.visible);
        window.app.opening.looking = true;
        verify(!note.visible, "each time anew");
    }
    function test_what_was_opened_is_forgotten_with_the_dialog() {
        const opening = window.app.opening;
        opening.ask([{name: "a.gguf", about: ""}], true);
        const dialog = opened("importDialog");
        const many = [];
        for (let i = 0; i < 40; ++i)
            many.push({name: "model-" + i + ".gguf", about: "1 GB"});
        opening.ask(many, false);
        compare(all(dialog.contentItem, "importName").length, 6);
        verify(part(dialog.contentItem, "importMore").text.includes("34"));
        verify(dialog.height <= window.height);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !dialog.visible);
        compare(opening.calls, [["dismiss"]]);
        show("installed");
        mouseClick(part(find("installedTab"), "importButton"));
        compare(all(opened("importDialog").contentItem, "importName").length, 0);
        verify(part(dialog.contentItem, "importFiles").visible);
    }
    function test_search_filters_and_asks_the_hub() {
        models.fill();
        show("discover");
        keyClick(Qt.Key_F, Qt.ControlModifier);
        const field = part(find("discoverTab"), "modelSearch");
        verify(field.activeFocus);
        type("medical");
        compare(models.discover.query, "medical");
        compare(models.discover.calls.length, 0, "typing asks nobody");
        keyClick(Qt.Key_Return);
        compare(models.discover.calls, [["searchHub", "medical"]]);
        compare(part(find("discoverTab"), "hubSearch").text, "Search the hub");
        field.text = "https://huggingface.co/owner/name";
        compare(part(find("discoverTab"), "hubSearch").text, "Look it up");
        keyClick(Qt.Key_Escape);
        compare(field.text, "", "Esc takes the search back first");
        compare(find("pages").current, "models");
        keyClick(Qt.Key_Escape);
        compare(find("pages").current, "chat");
    }
    function test_find_leads_to_discover() {
        show("installed");
        keyClick(Qt.Key_F, Qt.ControlModifier);
        verify(part(find("discoverTab"), "modelSearch").activeFocus);
    }
    function test_tags() {
        models.fill();
        show("discover");
        mouseClick(part(find("discoverTab"), "tag-code"));
        compare(models.discover.tag, "code");
        mouseClick(part(find("discoverTab"), "tag-fits"));
        compare(models.discover.tag, "fits");
        mouseClick(part(find("discoverTab"), "tag-"));
        compare(models.discover.tag, "");
    }
    function test_offers_open_and_download() {
        models.fill();
        show("discover");
        const offers = all(find("discoverTab"), "offer");
        compare(offers.length, 3);
        const variants = all(offers[0], "offerVariant");
        compare(variants.length, 4);
        verify(!part(variants[0], "variantDownload"), "it is on its way");
        mouseClick(part(variants[0], "variantToDownloads"));
        compare(find("modelsPage").tab, "downloads");
        show("discover");
        mouseClick(part(variants[1], "variantUse"));
        compare(models.lastCall(), ["use", 1]);
        press(part(variants[2], "variantDownload"));
        compare(models.discover.calls, [["download", "catalogue:deepseek-v2-lite-chat", "Q6_K"]]);
        verify(!part(variants[3], "variantDownload").enabled, "no space");
        verify(part(variants[3], "variantProblem").text.includes("disk"));
        press(part(offers[1], "offerHeader"));
        compare(models.discover.calls[1], ["toggle", "catalogue:olmoe"]);
        press(part(offers[0], "offerCardButton"));
        compare(models.lastCall(), ["showOfferCard", "catalogue:deepseek-v2-lite-chat"]);
        opened("modelCardDialog");
    }
    function test_a_failed_search_can_be_repeated_and_the_list_stays() {
        models.fill();
        models.discover.cause = "None of the addresses answers.";
        models.discover.nextStep = "Look at the connection.";
        show("discover");
        const card = part(find("discoverTab"), "searchError");
        verify(card);
        compare(all(find("discoverTab"), "offer").length, 3);
        mouseClick(part(card, "errorAction"));
        compare(models.discover.calls[0][0], "searchHub");
    }
    function test_nothing_on_the_hub() {
        models.discover.searched = "xyz";
        show("discover");
        verify(part(find("discoverTab"), "nothingOnHub").text.includes("“xyz”"));
        models.discover.searching = true;
        verify(!part(find("discoverTab"), "nothingOnHub"));
    }
    function test_refresh_is_offered_only_where_it_works() {
        models.fill();
        show("discover");
        verify(!part(find("discoverTab"), "refreshCatalogue"));
        models.discover.canRefresh = true;
        press(part(find("discoverTab"), "refreshCatalogue"));
        compare(models.discover.calls, [["refreshCatalogue"]]);
        models.discover.refreshing = true;
        verify(!part(find("discoverTab"), "refreshCatalogue").enabled);
    }
    function test_downloads_data() {
        return [{tag: "pauseDownload", row: 0, call: ["pause", 11]}, {tag: "moveDown", row: 0, call: ["move", 11, 1]}, {tag: "moveUp", row: 1, call: ["move", 12, -1]}, {tag: "resumeDownload", row: 1, call: ["resume", 12]}, {tag: "resumeDownload", row: 2, call: ["resume", 13]},
            {tag: "removeDownload", row: 3, call: ["remove", 14]}, {tag: "pauseAll", row: -1, call: ["pauseAll"]}, {tag: "resumeAll", row: -1, call: ["resumeAll"]}, {tag: "clearFinished", row: -1, call: ["removeFinished"]}];
    }
    function test_downloads(data: var) {
        models.fill();
        show("downloads");
        const cards = all(find("downloadsTab"), "download");
        compare(cards.length, 5);
        press(part(data.row < 0 ? find("downloadsTab") : cards[data.row], data.tag));
        compare(models.downloads.calls, [data.call]);
    }
    function test_a_download_says_why_it_stopped() {
        models.fill();
        show("downloads");
        const cards = all(find("downloadsTab"), "download");
        verify(part(cards[2], "downloadProblem").Accessible.name.includes("huggingface.co does not answer."));
        verify(!part(cards[0], "downloadProblem"));
        verify(!part(cards[0], "moveUp").enabled);
        press(part(cards[4], "useDownload"));
        compare(models.lastCall(), ["useDownload", 15]);
        press(part(cards[4], "downloadFolder"));
        compare(models.lastCall(), ["showDownloadInFolder", 15]);
    }
    function test_the_sidebar_shows_progress() {
        const entry = find("modelsButton");
        compare(entry.Accessible.name, "Models");
        verify(!part(entry, "entryProgress"));
        models.fillDownloads();
        compare(entry.Accessible.name, "Models, 37%");
        verify(part(entry, "entryProgress").width > 0);
    }
    function test_smaller_variants() {
        models.fill();
        models.fillSmaller();
        show("installed");
        choose(rowOf(4), "smallerAction");
        const dialog = opened("smallerDialog");
        compare(models.smaller.calls, [["show", 5]]);
        verify(part(dialog.contentItem, "requantiseNote"));
        verify(!part(dialog.contentItem, "make-Q4_K_M").enabled);
        mouseClick(part(dialog.contentItem, "make-Q6_K"));
        compare(models.smaller.calls[1], ["make", "Q6_K"]);
        tryVerify(() => !dialog.visible);
    }
    function test_own_settings() {
        models.fill();
        show("installed");
        choose(rowOf(1), "settingsAction");
        const dialog = opened("variantSettingsDialog");
        compare(models.editor.calls, [["show", 2]]);
        const row = part(dialog.contentItem, "ownTemperature");
        const slider = () => all(row, "ownChoice").length;
        verify(slider());
        press(part(row, "option-own"));
        verify(models.editor.temperature.own);
        press(part(row, "option-standard"));
        verify(!models.editor.temperature.own);
        models.editor.needsReload = true;
        press(part(dialog.contentItem, "reloadVariant"));
        compare(app.lastCall(), ["reloadModel"]);
        press(part(dialog.contentItem, "resetVariant"));
        verify(models.editor.calls.some(call => call[0] === "reset"));
        keyClick(Qt.Key_Escape);
        tryVerify(() => !dialog.visible);
        compare(models.editor.calls[models.editor.calls.length - 1], ["save"]);
    }
    function test_a_template_is_edited_with_a_preview() {
        models.fill();
        models.editor.chatTemplate.own = true;
        show("installed");
        choose(rowOf(1), "settingsAction");
        const dialog = opened("variantSettingsDialog");
        const area = findChild(dialog.contentItem, "templateText");
        area.area.forceActiveFocus(Qt.TabFocusReason);
        area.area.cursorPosition = 0;
        keyClick("x");
        compare(models.editor.chatTemplate.text.charAt(0), "x");
        compare(findChild(dialog.contentItem, "templatePreview").area.text, models.editor.preview);
        models.editor.previewProblem = "line 1: unknown filter";
        verify(findChild(dialog.contentItem, "templateProblem").visible);
        verify(!findChild(dialog.contentItem, "templatePreview").visible);
    }
    function test_model_card() {
        models.fill();
        models.fillCard();
        show("installed");
        choose(rowOf(0), "cardAction");
        const dialog = opened("modelCardDialog");
        verify(part(dialog.contentItem, "cardBlocks"));
        mouseClick(part(dialog.contentItem, "option-training"));
        compare(dialog.part, "training");
        mouseClick(part(dialog.contentItem, "option-file"));
        verify(!part(dialog.contentItem, "cardBlocks"));
        mouseClick(part(dialog.contentItem, "cardAddress"));
        const link = opened("linkDialog");
        verify(link.address.startsWith("https://huggingface.co/"));
    }
    function test_a_card_can_be_fetched() {
        models.fill();
        show("installed");
        choose(rowOf(0), "cardAction");
        const dialog = opened("modelCardDialog");
        mouseClick(part(dialog.contentItem, "fetchCard"));
        compare(models.card.fetched, 1);
        models.card.cause = "None of the addresses answers.";
        mouseClick(part(part(dialog.contentItem, "cardError"), "errorAction"));
        compare(models.card.fetched, 2);
    }
    function test_the_model_menu_switches() {
        models.fill();
        keyClick(Qt.Key_M, Qt.ControlModifier);
        const panel = opened("modelPanel");
        mouseClick(findChild(panel.contentItem, "switchTo-3"));
        compare(models.lastCall(), ["use", 3]);
        tryVerify(() => !panel.visible);
        keyClick(Qt.Key_M, Qt.ControlModifier);
        opened("modelPanel");
        mouseClick(findChild(panel.contentItem, "allModelsAction"));
        compare(find("pages").current, "models");
    }
    function test_tab_walks_through_the_page_in_order() {
        models.fill();
        models.jobs.clear();
        show("installed");
        find("modelsPage").focusHeader();
        const stops = [];
        for (let i = 0; i < 40; ++i) {
            keyClick(Qt.Key_Tab);
            const name = where();
            if (find("sidebar").activeFocus || name === "composer")
                break;
            stops.push(name);
            if (find("installedTab").activeFocus)
                verify(inView(window.activeFocusItem, find("installedTab")), name + " is out of view");
        }
        compare(stops.filter((name, i) => stops.indexOf(name) === i).slice(0, 7), ["option-installed", "option-discover", "option-downloads", "importButton", "fitLabel", "variantMenuButton", "useButton"]);
        compare(stops.filter(name => name === "variantMenuButton").length, 5);
    }
    function test_pages_scroll_by_keys() {
        models.fill();
        window.height = 400;
        show("installed");
        const tab = find("installedTab");
        keyClick(Qt.Key_PageDown);
        verify(tab.contentY > 100);
        keyClick(Qt.Key_PageUp);
        compare(tab.contentY, 0);
    }
    function test_hostile_names_stay_plain() {
        models.fill();
        models.installed.change(0, {modelName: "<b>bold</b><img src='http://example.org/x.png'>", publisher: "<i>x</i>"});
        show("installed");
        const found = [];
        const walk = item => {
            if (item.text !== undefined && String(item.text).includes("<b>bold"))
                found.push(item);
            for (let i = 0; i < item.children.length; ++i)
                walk(item.children[i]);
        };
        walk(rowOf(0));
        verify(found.length > 0);
        for (const item of found)
            compare(item.textFormat, Text.PlainText);
    }
}
