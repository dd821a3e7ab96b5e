import QtQuick
import Hearth.Ui

// What stands where there is nothing to show yet.
Column {
    id: note

    required property string symbol
    required property string heading
    property string text: ""

    topPadding: Theme.space8
    bottomPadding: Theme.space8
    spacing: Theme.space2
    Icon {
        anchors.horizontalCenter: parent.horizontalCenter
        symbol: note.symbol
        size: Theme.controlSmall
        color: Theme.textFaint
    }
    Text {
        width: parent.width
        text: note.heading
        color: Theme.text
        font.pixelSize: Theme.fontBody
        font.weight: Theme.fontMedium
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    Text {
        width: parent.width
        visible: text !== ""
        text: note.text
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
