import QtQml

// Same properties and functions as the real view-model; every call is recorded in `calls`.
QtObject {
    id: mock

    property var items: []
    property bool isOneModel: false
    property bool looking: false
    property var calls: []

    signal asked
    signal pageWanted(string page)
    signal importUsed

    function record(call: var) {
        calls = calls.concat([call]);
    }
    function lastCall(): var {
        return calls.length === 0 ? [] : calls[calls.length - 1];
    }
    function open(urls: var) {
        record(["open", urls.map(url => String(url))]);
    }
    function ask(files: var, oneModel: bool) {
        items = files;
        isOneModel = oneModel;
        asked();
    }
    function accept(copy: bool, use: bool) {
        if (items.length === 0)
            return;
        record(["accept", copy, use]);
        items = [];
        pageWanted("models");
    }
    function dismiss() {
        if (items.length > 0)
            record(["dismiss"]);
        items = [];
    }
}
