import QtQuick
import Hearth.Ui

// Drawn around a control that has the keyboard focus; never for a mouse click.
Rectangle {
    required property bool shown

    anchors.fill: parent
    anchors.margins: -Theme.focusWidth
    visible: shown
    color: "transparent"
    border.width: Theme.focusWidth
    border.color: Theme.accent
    radius: Theme.radius + Theme.focusWidth
}
