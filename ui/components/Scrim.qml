import QtQuick
import Hearth.Ui

// Darkens what lies behind something that covers it in part; a click there asks for it to go.
Rectangle {
    id: scrim

    property bool shown: false

    signal dismissed

    visible: opacity > 0
    opacity: shown ? 1 : 0
    color: Theme.scrim
    Behavior on opacity {
        NumberAnimation {
            duration: Theme.duration
        }
    }
    TapHandler {
        onTapped: scrim.dismissed()
    }
}
