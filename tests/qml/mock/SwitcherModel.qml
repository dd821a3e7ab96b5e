import QtQml
import Hearth.Mock

// Rows are appended by the tests.
MockRows {
    id: rows

    property var app
    property string query: ""

    defaults: ({
            chatId: 0,
            title: "",
            folder: "",
            archived: false
        })
    function open() {
        app.record("openSwitcher", []);
    }
    function close() {
        app.record("closeSwitcher", []);
    }
    function choose(row: int) {
        app.record("chooseChat", [value(row, "chatId")]);
    }
}
