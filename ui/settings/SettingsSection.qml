import QtQuick
import Hearth.Ui

// A titled group of settings.
Column {
    id: section

    required property string heading
    default property alias rows: column.data

    width: parent ? parent.width : 0
    spacing: Theme.space3
    Text {
        text: section.heading
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        font.weight: Theme.fontMedium
        font.capitalization: Font.AllUppercase
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    Column {
        id: column
        width: parent.width
        spacing: Theme.space4
    }
}
