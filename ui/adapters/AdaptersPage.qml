import QtQuick
import Hearth.Ui

// Adapters on this computer.
PageFrame {
    id: page

    function focusContent(): bool {
        return false;
    }
    function stepBack(): bool {
        return false;
    }
    function find() {
    }
    function scrollPage(down: bool) {
    }

    heading: qsTr("Adapters")
}
