import QtQuick
import QtTest
import Hearth.Ui

// What the window says when something went wrong, and what it offers.
WindowCase {
    id: test
    name: "Safety"

    function test_a_held_model_offers_three_ways() {
        app.model.state = "held";
        app.model.name = "big.gguf";
        app.model.isStarter = false;
        app.model.errorCause = "Hearth did not end properly.";
        app.model.errorNextStep = "Load it again or open another.";
        const card = find("modelHeld");
        verify(card.visible && !find("modelError").visible);
        waitForRendering(window.contentItem);
        compare(findChild(card, "errorCause").text, app.model.errorCause);
        compare(findChild(card, "errorAction").text, "Load big.gguf");
        mouseClick(findChild(card, "errorAction"));
        compare(app.lastCall(), ["reloadModel"]);
        mouseClick(findChild(card, "errorThirdAction"));
        compare(app.lastCall(), ["useStarterModel"]);
        verify(find("composerHint").text.includes("is sent when one is"));
        verify(!find("composer").readOnly);
        app.model.isStarter = true;
        verify(!findChild(card, "errorThirdAction").visible);
        app.model.state = "ready";
        verify(!card.visible);
    }
    function test_details_are_plain_selectable_and_at_most_six_lines() {
        app.model.state = "failed";
        app.model.errorCause = "It broke.";
        const detail = findChild(find("modelError"), "errorDetail");
        verify(!detail.visible);
        app.model.errorDetail = "<b>tensor</b> blk.0";
        verify(detail.visible);
        compare(detail.getText(0, detail.length), "Details: <b>tensor</b> blk.0");
        verify(detail.readOnly && detail.selectByMouse);
        app.model.errorDetail = "word ".repeat(600);
        waitForRendering(window.contentItem);
        fuzzyCompare(detail.height, detail.cursorRectangle.height * 6, 1);
    }
    function test_details_of_an_answer() {
        app.addQuestion("Hello");
        app.addAnswer([], {status: "failed", errorCause: "It broke.", errorDetail: "op linear"});
        tryVerify(() => findChild(find("conversationList"), "errorDetail") !== null);
        compare(findChild(find("conversationList"), "errorDetail").text, "Details: op linear");
    }
    function test_a_tall_card_leaves_the_composer_free() {
        window.width = 420;
        window.height = 360;
        app.model.state = "failed";
        app.model.errorCause = "cause ".repeat(30);
        app.model.errorNextStep = "step ".repeat(60);
        waitForRendering(window.contentItem);
        const card = find("modelError");
        const view = card.parent.parent.parent;
        verify(view.contentHeight > view.height, "it scrolls");
        const bottom = view.mapToItem(window.contentItem, 0, view.height).y;
        verify(bottom < find("composer").mapToItem(window.contentItem, 0, 0).y);
    }
    function test_notice_of_good_news() {
        app.notice = "Your chats were recovered.";
        app.noticeTone = "info";
        const banner = find("noticeBanner");
        compare(banner.tone, "plain");
        app.noticeTone = "warning";
        compare(banner.tone, "warning");
    }
    function test_closing_asks_only_while_something_is_unsaved() {
        app.unsaved = true;
        window.close();
        const dialog = opened("unsavedDialog");
        verify(window.visible);
        verify(findChild(dialog.contentItem, "saveAgainButton").activeFocus);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["saveNow"]);
        verify(dialog.visible && window.visible, "it did not help");
        mouseClick(findChild(dialog.contentItem, "keepOpenButton"));
        tryVerify(() => !dialog.visible);
        verify(window.visible);
        app.unsaved = false;
        window.close();
        verify(!window.visible);
    }
    function test_closing_goes_on_once_all_is_saved() {
        app.unsaved = true;
        keyClick(Qt.Key_Q, Qt.ControlModifier);
        opened("unsavedDialog");
        app.unsaved = false;
        tryVerify(() => !window.visible);
    }
    function test_closing_anyway() {
        app.unsaved = true;
        window.close();
        mouseClick(findChild(opened("unsavedDialog").contentItem, "closeAnywayButton"));
        tryVerify(() => !window.visible);
    }
    function test_versions_of_an_answer() {
        app.addQuestion("A name?");
        app.addAnswer([{html: "Clover"}], {messageId: 9});
        tryVerify(() => findChild(find("conversationList"), "versions") !== null);
        const versions = findChild(find("conversationList"), "versions");
        verify(!versions.visible);
        app.conversation.change(1, {versionIndex: 1, versionCount: 2});
        waitForRendering(window.contentItem);
        verify(versions.visible);
        compare(findChild(versions, "versionText").text, "1 / 2");
        verify(!findChild(versions, "previousVersion").enabled);
        mouseClick(findChild(versions, "nextVersion"));
        compare(app.lastCall(), ["showVersion", 9, 1]);
        app.conversation.change(1, {versionIndex: 2});
        mouseClick(findChild(versions, "previousVersion"));
        compare(app.lastCall(), ["showVersion", 9, -1]);
        verify(!findChild(versions, "nextVersion").enabled);
    }
}
