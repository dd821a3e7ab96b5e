pragma ComponentBehavior: Bound
import QtQuick
import Hearth.Ui

// How evenly a model uses its experts: for each layer a bar for each expert, and a line at the fair share.
Column {
    id: chart

    // A list of layers, each a list of numbers; 1 is a fair share.
    required property var shares
    readonly property var all: shares.reduce((found, layer) => found.concat(layer), [])
    readonly property real most: all.reduce((most, share) => Math.max(most, share), 0)
    readonly property real full: Math.max(2, most)
    readonly property real least: all.reduce((least, share) => Math.min(least, share), 1)
    readonly property int barHeight: Theme.space10
    readonly property string summary: qsTr("The least used expert does %1 of a fair share, the most used one %2.").arg(number(least)).arg(number(most))

    function number(share: real): string {
        return share.toLocaleString(Qt.locale(), "f", 2);
    }

    spacing: Theme.space2
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Work of the experts")
    Accessible.description: chart.summary

    Text {
        width: parent.width
        text: qsTr("Work of the experts")
        color: Theme.text
        font.pixelSize: Theme.fontUi
        font.weight: Theme.fontBold
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    Text {
        width: parent.width
        text: qsTr("How often each expert was chosen, in each layer that has experts; the line is a fair share.") + " " + chart.summary
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    Flow {
        width: parent.width
        spacing: Theme.space4
        Repeater {
            model: chart.shares
            Column {
                id: layer

                required property int index
                required property var modelData
                readonly property int columns: modelData.length

                spacing: Theme.space1
                Item {
                    id: plot
                    width: Theme.space10 * 3
                    height: chart.barHeight
                    Repeater {
                        model: layer.modelData
                        Rectangle {
                            objectName: "expertBar"
                            required property int index
                            required property real modelData
                            readonly property real slot: plot.width / layer.columns
                            x: index * slot
                            y: plot.height - height
                            width: Math.max(1, slot > Theme.space2 ? slot - Theme.barThin : slot)
                            height: Math.max(1, plot.height * modelData / chart.full)
                            color: Theme.accent
                        }
                    }
                    Rectangle {
                        y: Math.round(plot.height * (1 - 1 / chart.full))
                        width: plot.width
                        height: 1
                        color: Theme.text
                    }
                }
                Text {
                    text: qsTr("Layer %1").arg(layer.index + 1)
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontCaption
                    textFormat: Text.PlainText
                }
            }
        }
    }
}
