import QtQml
import Hearth.App

// Rows are appended by the tests with add(); switches change them as the real one would.
ChatAdapterRows {
    id: rows

    property var app
    property int installedCount: 0
    property int activeCount: 0
    property int limit: 4
    readonly property bool full: activeCount >= limit
    property string summary: "Adapters"
    property string activeText: ""
    property bool modelKnown: true
    property var others: []

    function add(values: var) {
        append(values);
        installedCount = count + others.length;
        refresh();
    }
    function refresh() {
        const on = [];
        for (let i = 0; i < count; ++i) {
            if (value(i, "active"))
                on.push(value(i, "name"));
        }
        activeCount = on.length;
        activeText = on.map(name => name + " 1.0").join(", ");
        summary = on.length === 0 ? "Adapters" : on.length === 1 ? on[0] : on.length + " adapters";
    }
    function indexOf(adapterId: var): int {
        for (let i = 0; i < count; ++i) {
            if (value(i, "adapterId") === adapterId)
                return i;
        }
        return -1;
    }
    function setActive(adapterId: var, on: bool) {
        app.record("setActive", [adapterId, on]);
        change(indexOf(adapterId), {
            active: on
        });
        refresh();
    }
    function setScale(adapterId: var, scale: real) {
        app.record("setScale", [adapterId, scale]);
        change(indexOf(adapterId), {
            strength: scale,
            strengthText: scale.toFixed(2)
        });
    }
}
