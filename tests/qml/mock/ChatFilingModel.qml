import QtQml

// Every call is recorded in `app`.
QtObject {
    id: filing

    property var app
    property var folders: []

    function pin(chatId: var, on: bool) {
        app.record("pin", [chatId, on]);
    }
    function archive(chatId: var, on: bool) {
        app.record("archive", [chatId, on]);
    }
    function move(chatId: var, folderId: var) {
        app.record("move", [chatId, folderId]);
    }
    function addFolder(name: string, chatId: var) {
        app.record("addFolder", [name, chatId]);
    }
    function renameFolder(folderId: var, name: string) {
        app.record("renameFolder", [folderId, name]);
    }
    function removeFolder(folderId: var) {
        app.record("removeFolder", [folderId]);
    }
    function setCollapsed(folderId: var, on: bool) {
        app.record("setCollapsed", [folderId, on]);
    }
}
