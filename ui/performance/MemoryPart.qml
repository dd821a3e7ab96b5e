pragma ComponentBehavior: Bound
import QtQuick
import Hearth.Ui

// What a device holds of the model: a bar of its parts, and what they are.
Column {
    id: part

    required property string device
    required property string total
    required property list<var> parts
    readonly property list<color> shades: [Theme.accent, Theme.warning, Theme.success, Theme.textFaint, Theme.borderStrong]

    spacing: Theme.space1
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("%1: %2").arg(device).arg(total) + "; " + parts.map(p => qsTr("%1 %2").arg(p.name).arg(p.size)).join(", ")
    Text {
        width: parent.width
        text: qsTr("%1: %2").arg(part.device).arg(part.total)
        color: Theme.text
        font.pixelSize: Theme.fontSmall
        elide: Text.ElideRight
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
    Row {
        width: parent.width
        height: Theme.space2
        Repeater {
            model: part.parts
            Rectangle {
                required property var modelData
                required property int index
                width: part.width * modelData.share
                height: parent.height
                color: part.shades[index % part.shades.length]
            }
        }
    }
    Flow {
        width: parent.width
        spacing: Theme.space3
        Repeater {
            model: part.parts
            Row {
                id: key
                required property var modelData
                required property int index
                spacing: Theme.space1
                Rectangle {
                    width: Theme.dot
                    height: width
                    radius: width / 2
                    anchors.verticalCenter: parent.verticalCenter
                    color: part.shades[key.index % part.shades.length]
                }
                Text {
                    text: qsTr("%1 %2").arg(key.modelData.name).arg(key.modelData.size)
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontCaption
                    textFormat: Text.PlainText
                    Accessible.ignored: true
                }
            }
        }
    }
}
