import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

Menu {
    id: menu

    implicitWidth: Theme.menuWidth
    padding: Theme.space1
    margins: Theme.space2
    background: Rectangle {
        color: Theme.raised
        radius: Theme.radius
        border.width: 1
        border.color: Theme.border
    }
    enter: Transition {
        NumberAnimation {
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.durationFast
        }
    }
}
