import QtQuick
import QtTest
import Hearth.Ui

// What can be had, and what is on its way.
ModelsCase {
    name: "Discover"

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
}
