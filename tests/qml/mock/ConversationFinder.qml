import QtQml

// Moves through `count` places, wherever they are.
QtObject {
    property string query: ""
    property int count: 0
    property int current: 0

    function next() {
        if (count > 0)
            current = current % count + 1;
    }
    function previous() {
        if (count > 0)
            current = current <= 1 ? count : current - 1;
    }
}
