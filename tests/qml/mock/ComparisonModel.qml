import QtQml
import Hearth.App

QtObject {
    id: comparison

    property var app
    property var options: [
        {
            key: 0,
            text: "Ember alone"
        },
        {
            key: 1,
            text: "Fables"
        },
        {
            key: 2,
            text: "Tales"
        }
    ]
    property var columns: [column(0), column(1)]
    readonly property bool canAdd: columns.length < 3
    property bool possible: false
    property string question: ""
    property ConversationModel answers: ConversationModel {}
    property var titles: []
    property var keptId: 0
    property bool busy: false

    function column(key: int, scale: real): var {
        return {
            key: key,
            scale: scale || 1,
            scaleText: (scale || 1).toFixed(1),
            title: options.find(option => option.key === key).text,
            hasScale: key > 0
        };
    }
    function begin() {
        app.record("beginComparison", []);
    }
    function showVersions(id: var) {
        app.record("showVersions", [id]);
    }
    function setColumn(i: int, key: var) {
        app.record("setColumn", [i, key]);
        columns = columns.map((old, at) => at === i ? column(key) : old);
    }
    function setScale(i: int, scale: real) {
        app.record("setColumnScale", [i, scale]);
        columns = columns.map((old, at) => at === i ? column(old.key, scale) : old);
    }
    function addColumn() {
        app.record("addColumn", []);
        columns = columns.concat([column(2)]);
    }
    function removeColumn(i: int) {
        app.record("removeColumn", [i]);
        columns = columns.filter((old, at) => at !== i);
    }
    signal refused(string text)
    function send(text: string) {
        app.record("compare", [text]);
    }
    function stop() {
        app.record("stopComparison", []);
    }
    function keep(id: var) {
        app.record("keep", [id]);
        keptId = id;
    }
    // An answer of the column `title`.
    function addAnswer(title: string, blocks: var, values: var): BlockListModel {
        const list = app.blockList.createObject(comparison);
        for (const block of blocks)
            list.append(block);
        titles = titles.concat([title]);
        answers.append(Object.assign({
            messageId: 100 + answers.count,
            role: "assistant",
            text: blocks.map(b => b.html ?? "").join("\n"),
            blocks: list
        }, values ?? {}));
        return list;
    }
}
