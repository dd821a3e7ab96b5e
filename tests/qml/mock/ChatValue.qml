import QtQml

QtObject {
    property real number: standard
    property real standard: 0
    readonly property bool differs: Math.abs(number - standard) > 1e-6

    function reset() {
        number = standard;
    }
}
