import QtQuick
import Hearth.Ui

// Models on this computer, models to download, and downloads.
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

    heading: qsTr("Models")
}
