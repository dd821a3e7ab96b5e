import QtQml

// Snippets are put in by the tests.
QtObject {
    id: mock

    property var app
    property var all: []
    property string query: ""
    readonly property var matches: all.filter(snippet => snippet.name.toLowerCase().includes(query.toLowerCase()))

    function save(id: var, name: string, text: string): bool {
        app.record("saveSnippet", [id, name, text]);
        const snippet = {
            snippetId: id === 0 ? all.length + 1 : id,
            name: name,
            text: text
        };
        all = all.filter(other => other.snippetId !== id).concat([snippet]);
        return true;
    }
    function remove(id: var) {
        app.record("removeSnippet", [id]);
        all = all.filter(snippet => snippet.snippetId !== id);
    }
}
