import QtQml

// Attachments and waiting messages are put in by the tests; calls are recorded by `app`.
QtObject {
    id: mock

    property var app
    property var attachments: []
    property var waiting: []
    property bool reading: false
    property string problem: ""
    // What the clipboard holds is long.
    property bool longPaste: false

    function addFiles(urls: var) {
        app.record("addFiles", [urls.map(String)]);
    }
    function takeDropped(urls: var): var {
        const others = urls.filter(url => /(\.gguf|\/)$/.test(String(url)));
        const mine = urls.filter(url => !others.includes(url));
        if (mine.length > 0)
            addFiles(mine);
        return others;
    }
    function pasteLong(): bool {
        app.record("pasteLong", []);
        return longPaste;
    }
    function removeAttachment(row: int) {
        app.record("removeAttachment", [row]);
        attachments = attachments.filter((file, at) => at !== row);
    }
    function setPart(row: int, part: string) {
        app.record("setPart", [row, part]);
        attachments = attachments.map((file, at) => at === row ? Object.assign({}, file, {
            part: part
        }) : file);
    }
    function dismissProblem() {
        problem = "";
    }
    function editWaiting(row: int) {
        app.record("editWaiting", [row]);
    }
    function removeWaiting(row: int) {
        app.record("removeWaiting", [row]);
        waiting = waiting.filter((message, at) => at !== row);
    }
    function sendWaiting(row: int) {
        app.record("sendWaiting", [row]);
    }
}
