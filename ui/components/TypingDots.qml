import QtQuick
import Hearth.Ui

// Three dots that breathe while an answer is being prepared; still dots with reduced motion.
Row {
    id: dots

    property bool running: visible
    readonly property int number: 3

    spacing: Theme.space1
    Accessible.ignored: true
    Repeater {
        model: dots.number
        Rectangle {
            id: dot
            required property int index
            width: Theme.dot - 1
            height: width
            radius: width / 2
            color: Theme.accent
            opacity: 0.35
            SequentialAnimation on opacity {
                running: dots.running && !Theme.reducedMotion
                loops: Animation.Infinite
                PauseAnimation {
                    duration: dot.index * Theme.durationSlow / 6
                }
                NumberAnimation {
                    to: 1
                    duration: Theme.durationSlow / 3
                    easing.type: Easing.InOutSine
                }
                NumberAnimation {
                    to: 0.35
                    duration: Theme.durationSlow / 3
                    easing.type: Easing.InOutSine
                }
                PauseAnimation {
                    duration: (dots.number - dot.index) * Theme.durationSlow / 6
                }
            }
        }
    }
}
