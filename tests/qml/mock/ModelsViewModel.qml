import QtQml
import Hearth.App

// Same properties and functions as the real view-model; every call is recorded in `calls`.
QtObject {
    id: mock

    property InstalledModel installed: InstalledModel {}
    property DiscoverModel discover: DiscoverModel {}
    property DownloadsModel downloads: DownloadsModel {}
    property JobsModel jobs: JobsModel {}
    property SmallerVariantsModel smaller: SmallerVariantsModel {}
    property VariantSettingsModel editor: VariantSettingsModel {}
    property ModelCard card: ModelCard {}
    property bool ready: true
    property var usage: []
    property string usageText: "120 GB free"
    property real usedBytes: 0
    property real freeBytes: 120e9
    property var recent: []
    property var knownFolders: []
    property var calls: []

    function record(call: var) {
        calls = calls.concat([call]);
    }
    function lastCall(): var {
        return calls.length === 0 ? [] : calls[calls.length - 1];
    }
    function use(id: var) {
        record(["use", id]);
    }
    function useDownload(id: var) {
        record(["useDownload", id]);
    }
    function showInFolder(id: var) {
        record(["showInFolder", id]);
    }
    function showDownloadInFolder(id: var) {
        record(["showDownloadInFolder", id]);
    }
    function verify(id: var) {
        record(["verify", id]);
    }
    function remove(id: var) {
        record(["remove", id]);
    }
    function removalText(id: var): string {
        return "Its files are deleted, which frees 4.7 GB.";
    }
    function locate(id: var, file: url) {
        record(["locate", id, String(file)]);
    }
    function reconcile() {
        record(["reconcile"]);
    }
    function showCard(id: var) {
        record(["showCard", id]);
    }
    function showOfferCard(entryId: string) {
        record(["showOfferCard", entryId]);
    }
    function importUrls(urls: var, copy: bool) {
        record(["importUrls", urls.map(url => String(url)), copy]);
    }
    function importPath(path: string, copy: bool) {
        record(["importPath", path, copy]);
    }
    function importable(urls: var): var {
        return urls.map(url => String(url)).filter(url => url.startsWith("file:")).map(url => url.replace(/\/$/, "").split("/").pop());
    }
    function lookForFolders() {
        record(["lookForFolders"]);
    }
    function refreshFits() {
        record(["refreshFits"]);
    }
}
