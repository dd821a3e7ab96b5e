import QtQml

// As the real one: the test says how far a task is and how it ends.
QtObject {
    id: mock

    property string task: ""
    property double fraction: 0
    property string plan: ""
    property string planNote: ""
    property string result: ""
    property bool canShow: false
    property string cause: ""
    property string nextStep: ""
    property int chatCount: 3
    property var calls: []

    function record(call: var) {
        calls = calls.concat([call]);
    }
    function lastCall(): var {
        return calls.length === 0 ? [] : calls[calls.length - 1];
    }
    function end(values: var) {
        task = "";
        Object.assign(mock, values);
    }

    function suggestedFile(chatId: var, format: string): url {
        return "file:///home/anna/Documents/Chat " + chatId + "." + format;
    }
    function documents(): url {
        return "file:///home/anna/Documents";
    }
    function exportChat(chatId: var, format: string, allBranches: bool, thinking: bool, file: url) {
        record(["exportChat", chatId, format, allBranches, thinking, String(file)]);
        task = "export";
    }
    function exportAll(format: string, allBranches: bool, thinking: bool, target: url) {
        record(["exportAll", format, allBranches, thinking, String(target)]);
        task = "export";
    }
    function look(file: url) {
        record(["look", String(file)]);
        dismiss();
        task = "inspect";
    }
    function importFound() {
        record(["importFound"]);
        plan = "";
        task = "import";
    }
    function cancel() {
        record(["cancel"]);
    }
    function dismiss() {
        plan = planNote = result = cause = nextStep = "";
        canShow = false;
    }
    function show() {
        record(["show"]);
    }
}
