pragma ComponentBehavior: Bound
import QtQuick
import Hearth.Ui

// A grade of 1 to 5.
Row {
    id: dots

    required property int quality

    spacing: Theme.barThin
    Accessible.ignored: true
    Repeater {
        model: 5
        Rectangle {
            required property int index
            width: Theme.dot
            height: width
            radius: width / 2
            color: index < dots.quality ? Theme.accent : Theme.track
        }
    }
}
