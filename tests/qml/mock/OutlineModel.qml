import QtQml
import Hearth.Mock

// Rows are appended by the tests.
MockRows {
    id: rows

    property var app
    property string filter: ""
    property bool active: false
    property int shownRow: -1

    signal changed

    defaults: ({
            messageId: 0,
            role: "user",
            line: "",
            depth: 0,
            shown: false,
            versionIndex: 1,
            versionCount: 1
        })
    function open(row: int) {
        app.record("openOutline", [value(row, "messageId")]);
    }
}
