pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// How much of the disk the models take: a bar with a part for each of the largest, and what is free.
Column {
    id: usage

    required property ModelsViewModel models
    readonly property real all: Math.max(1, models.usedBytes + models.freeBytes)
    readonly property list<color> shades: [Theme.accent, Theme.warning, Theme.success, Theme.textFaint, Theme.borderStrong]

    function share(bytes: real): real {
        return bytes / all;
    }

    spacing: Theme.space2
    visible: models.usageText !== ""
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Disk: %1").arg(models.usageText)
    Rectangle {
        width: parent.width
        height: Theme.space2
        radius: height / 2
        color: Theme.track
        clip: true
        Row {
            anchors.fill: parent
            Repeater {
                model: usage.models.usage
                Rectangle {
                    required property var modelData
                    required property int index
                    width: Math.max(Theme.barThin, Math.round(usage.width * usage.share(modelData.bytes)))
                    height: parent.height
                    radius: index === 0 ? height / 2 : 0
                    color: usage.shades[index % usage.shades.length]
                }
            }
        }
    }
    Flow {
        width: parent.width
        spacing: Theme.space3
        Repeater {
            model: usage.models.usage
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
                    color: usage.shades[key.index % usage.shades.length]
                }
                Text {
                    width: Math.min(implicitWidth, usage.width - Theme.dot - Theme.space1)
                    text: qsTr("%1 · %2").arg(key.modelData.label).arg(key.modelData.text)
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontCaption
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                }
            }
        }
        Text {
            text: usage.models.usageText
            color: Theme.textFaint
            font.pixelSize: Theme.fontCaption
            textFormat: Text.PlainText
        }
    }
}
