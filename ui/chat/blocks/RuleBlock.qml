import QtQuick
import Hearth.Ui

Item {
    id: rule

    property bool selected: false

    function showRange(from: int, to: int) {
        selected = from === 0 && to > 0;
    }
    function placeAt(x: real, y: real): int {
        return x < width / 2 ? 0 : 1;
    }

    implicitHeight: Theme.space4
    Accessible.role: Accessible.Separator
    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        height: rule.selected ? Theme.barThin : 1
        color: rule.selected ? Theme.selection : Theme.border
    }
}
