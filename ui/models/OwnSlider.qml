import QtQuick
import Hearth.Ui

// A number on a scale, of a variant's own.
OwnRow {
    id: row

    property real from: 0
    property real to: 1
    property real step: 0.05

    standardText: Number(setting.number).toLocaleString(Qt.locale(), "f", 2)
    Row {
        spacing: Theme.space2
        AppSlider {
            label: row.heading
            width: Theme.fieldWidth
            from: row.from
            to: row.to
            stepSize: row.step
            value: row.setting.number
            onMoved: row.setting.number = Math.round(value / row.step) * row.step
        }
        Text {
            width: Theme.valueWidth
            height: Theme.control
            text: Number(row.setting.number).toLocaleString(Qt.locale(), "f", 2)
            color: Theme.text
            font.pixelSize: Theme.fontUi
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            textFormat: Text.PlainText
        }
    }
}
