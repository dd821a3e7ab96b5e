import QtQuick
import QtTest
import Hearth.Ui

// What a variant can be asked for: smaller ones, settings, its card; and how the page is used by keys.
ModelsCase {
    name: "Variants"

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
