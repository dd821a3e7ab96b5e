import QtQml

// Rules in memory; a pattern with an open bracket has a problem.
QtObject {
    id: mock

    property bool on: false
    property var rules: []
    readonly property var marks: on ? rules.filter(rule => rule.action === "mark") : []
    property bool watermark: false
    property string note: ""

    function problem(rule: var): string {
        return rule.name.trim() === "" ? "Give the rule a name." : rule.text === "" ? "Say what the rule looks for."
            : rule.kind === "pattern" && rule.text.includes("(") && !rule.text.includes(")") ? "This is no regular expression: missing closing parenthesis, at character 4." : "";
    }
    function save(index: int, rule: var): bool {
        if (problem(rule) !== "")
            return false;
        const list = rules.slice();
        list.splice(index < 0 ? list.length : index, index < 0 ? 0 : 1, rule);
        rules = list;
        return true;
    }
    function remove(index: int) {
        rules = rules.filter((rule, at) => at !== index);
    }
    function dismissNote() {
        note = "";
    }
}
