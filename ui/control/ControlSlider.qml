import QtQuick
import Hearth.Ui

// A number of the chat on a scale.
ControlRow {
    id: row

    property real from: 0
    property real to: 1
    property real step: 0.05

    function shown(number: real): string {
        return Number(number).toLocaleString(Qt.locale(), "f", 2);
    }

    standardText: shown(setting.standard)
    AppSlider {
        id: slider
        label: row.heading
        width: parent.width - Theme.valueWidth - Theme.space2
        from: row.from
        to: row.to
        stepSize: row.step
        value: row.setting.number
        onMoved: row.setting.number = Math.round(value / row.step) * row.step
    }
    Text {
        x: parent.width - width
        width: Theme.valueWidth
        height: slider.height
        text: row.shown(row.setting.number)
        color: Theme.text
        font.pixelSize: Theme.fontUi
        horizontalAlignment: Text.AlignRight
        verticalAlignment: Text.AlignVCenter
        textFormat: Text.PlainText
    }
}
