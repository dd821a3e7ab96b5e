import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// What one column answers with: the model alone, the adapters of the chat, or one adapter at a strength of its own.
ColumnLayout {
    id: choice

    required property int number
    // A map of key, scale, scaleText, title, hasScale.
    required property var column
    required property var options
    property bool removable: false

    signal chosen(var key)
    signal strengthened(real strength)
    signal removed

    objectName: "compareChoice" + (number - 1)
    spacing: 0
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.space1
        OptionBox {
            objectName: "compareOption"
            Layout.fillWidth: true
            label: qsTr("Column %1").arg(choice.number)
            options: choice.options.map(option => ({
                        value: option.key,
                        text: option.text
                    }))
            value: choice.column.key ?? 0
            onChosen: value => choice.chosen(value)
        }
        IconButton {
            objectName: "removeColumn"
            visible: choice.removable
            symbol: "close"
            label: qsTr("Remove column %1").arg(choice.number)
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: choice.removed()
        }
    }
    StrengthSlider {
        Layout.fillWidth: true
        visible: choice.column.hasScale ?? false
        adapterName: choice.column.title ?? ""
        value: choice.column.scale ?? 1
        valueText: choice.column.scaleText ?? ""
        onMoved: value => choice.strengthened(value)
    }
}
