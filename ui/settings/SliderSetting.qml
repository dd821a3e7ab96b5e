import QtQuick
import Hearth.Ui

// A slider with its value beside it.
SettingRow {
    id: setting

    required property real value
    property real from: 0
    property real to: 1

    signal moved(real value)

    Row {
        spacing: Theme.space2
        AppSlider {
            label: setting.heading
            width: Theme.fieldWidth - Theme.space10
            from: setting.from
            to: setting.to
            stepSize: 0.05
            value: setting.value
            onMoved: setting.moved(Math.round(value * 20) / 20)
        }
        Text {
            width: Theme.space8
            height: Theme.control
            text: Number(setting.value).toLocaleString(Qt.locale(), "f", 2)
            color: Theme.text
            font.pixelSize: Theme.fontUi
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            textFormat: Text.PlainText
        }
    }
}
