import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// How far something has come, 0..1. `quiet`: it does not move at present.
ProgressBar {
    id: bar

    required property string label
    property bool quiet: false

    implicitHeight: Theme.space1
    Accessible.role: Accessible.ProgressBar
    Accessible.name: bar.label
    background: Rectangle {
        implicitHeight: Theme.space1
        radius: height / 2
        color: Theme.track
    }
    contentItem: Item {
        implicitHeight: Theme.space1
        Rectangle {
            width: bar.visualPosition * parent.width
            height: parent.height
            radius: height / 2
            color: bar.quiet ? Theme.borderStrong : Theme.accent
        }
    }
}
