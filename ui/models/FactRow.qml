import QtQuick
import Hearth.Ui

// A name and its value in one line; below each other where there is no room. Both may be hostile text.
Item {
    id: row

    required property string label
    required property string value
    readonly property bool stacked: width < Theme.fieldWidth * 1.8
    readonly property int labelWidth: Math.round(Math.min(width * 0.45, Theme.fieldWidth * 1.2))

    implicitHeight: stacked ? name.height + text.height : Math.max(name.height, text.height)
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("%1: %2").arg(row.label).arg(row.value)
    Text {
        id: name
        width: row.stacked ? row.width : row.labelWidth
        text: row.label
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
    Text {
        id: text
        x: row.stacked ? 0 : row.labelWidth + Theme.space2
        y: row.stacked ? name.height : 0
        width: row.width - x
        text: row.value
        color: Theme.text
        font.pixelSize: Theme.fontCaption
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
}
