import QtQuick
import Hearth.Ui

// One quiet line that says why an answer ended early: stopped, interrupted, context full.
Row {
    id: note

    required property string text

    spacing: Theme.space2
    Icon {
        symbol: "info"
        size: Theme.iconSmall
        anchors.verticalCenter: parent.verticalCenter
    }
    Text {
        width: Math.min(implicitWidth, (note.parent ? note.parent.width : implicitWidth) - Theme.space6)
        text: note.text
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
