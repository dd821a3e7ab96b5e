import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A thin bar that widens its colour under the pointer and fades when nothing moves.
ScrollBar {
    id: bar

    minimumSize: 0.08
    padding: Theme.focusWidth
    Accessible.ignored: true
    contentItem: Rectangle {
        implicitWidth: Theme.scrollBarWidth - Theme.focusWidth * 2
        implicitHeight: Theme.scrollBarWidth - Theme.focusWidth * 2
        radius: Math.min(width, height) / 2
        color: bar.pressed ? Theme.textMuted : Theme.borderStrong
        opacity: bar.size < 1 && (bar.active || bar.hovered || bar.policy === ScrollBar.AlwaysOn) ? 1 : 0
        Behavior on opacity {
            NumberAnimation {
                duration: Theme.duration
            }
        }
    }
}
