import QtQml
import Hearth.App

AdapterHubRows {
    property var app
    property string query: ""
    property bool busy: false
    property string errorCause: ""
    property string errorNextStep: ""
    property string errorDetail: ""

    function search(text: string) {
        query = text.trim();
        app.record("searchAdapters", [query]);
    }
    function download(row: int) {
        app.record("downloadAdapter", [row]);
    }
    function choose(row: int, choice: int) {
        app.record("chooseAdapter", [row, choice]);
    }
}
