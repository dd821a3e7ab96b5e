pragma ComponentBehavior: Bound
import QtQuick
import Hearth.Ui

// The numbers behind a fit label.
Rectangle {
    id: panel

    required property var numbers

    implicitHeight: column.height + Theme.space3 * 2
    radius: Theme.radius
    color: Theme.sunken
    Column {
        id: column
        x: Theme.space3
        y: Theme.space3
        width: parent.width - Theme.space3 * 2
        spacing: Theme.space1
        Repeater {
            model: panel.numbers
            FactRow {
                required property var modelData
                width: column.width
                label: modelData.label
                value: modelData.value
            }
        }
        Text {
            width: parent.width
            topPadding: Theme.space1
            text: qsTr("Computed from the sizes and from what is free now; speeds are estimates.")
            color: Theme.textFaint
            font.pixelSize: Theme.fontCaption
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
    }
}
