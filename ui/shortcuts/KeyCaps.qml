pragma ComponentBehavior: Bound
import QtQuick
import Hearth.Ui

// A key sequence, each key in a frame of its own.
Row {
    id: caps

    required property string sequence

    spacing: Theme.space1
    Accessible.ignored: true
    Repeater {
        model: Shortcuts.parts(caps.sequence)
        Rectangle {
            id: cap
            required property string modelData
            implicitWidth: Math.max(height, name.implicitWidth + Theme.space2 * 2)
            implicitHeight: name.implicitHeight + Theme.space1
            radius: Theme.radiusSmall
            color: Theme.sunken
            border.width: 1
            border.color: Theme.border
            Text {
                id: name
                anchors.centerIn: parent
                text: cap.modelData
                color: Theme.textMuted
                font.pixelSize: Theme.fontCaption
                textFormat: Text.PlainText
                Accessible.ignored: true
            }
        }
    }
}
