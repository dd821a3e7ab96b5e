import QtQuick
import Hearth.Ui

// A slider with its value beside it.
SettingRow {
    id: setting

    required property real value
    property real from: 0
    property real to: 1
    property real step: 0.05

    signal moved(real value)

    Row {
        spacing: Theme.space2
        AppSlider {
            objectName: "slider"
            label: setting.heading
            width: Theme.fieldWidth - Theme.space10
            from: setting.from
            to: setting.to
            stepSize: setting.step
            value: setting.value
            onMoved: setting.moved(Math.round(value / setting.step) * setting.step)
        }
        Text {
            width: Theme.valueWidth
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
