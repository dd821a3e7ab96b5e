import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// The size of all text. While the slider is dragged only the sample follows it: the window under the pointer stays where it is.
SettingRow {
    id: setting

    required property SettingsModel settings
    readonly property int shown: slider.pressed ? slider.value : settings.fontPercent

    function take() {
        settings.fontPercent = Math.round(slider.value);
        slider.value = Qt.binding(() => setting.settings.fontPercent);
    }

    heading: qsTr("Text size")
    help: qsTr("%1 and %2 change it anywhere, %3 sets it to 100%.").arg(Shortcuts.label("larger")).arg(Shortcuts.label("smaller")).arg(Shortcuts.label("normalSize"))

    Column {
        Row {
            id: line
            spacing: Theme.space2
            AppSlider {
                id: slider
                objectName: "fontPercent"
                label: setting.heading
                width: Theme.fieldWidth - Theme.space10
                from: Theme.fontSmallest
                to: Theme.fontLargest
                stepSize: Theme.fontStep
                snapMode: Slider.SnapAlways
                value: setting.settings.fontPercent
                onMoved: if (!pressed) setting.take()
                onPressedChanged: if (!pressed) setting.take()
            }
            Text {
                width: Theme.valueWidth
                height: Theme.control
                text: qsTr("%1%").arg(setting.shown)
                color: Theme.text
                font.pixelSize: Theme.fontUi
                horizontalAlignment: Text.AlignRight
                verticalAlignment: Text.AlignVCenter
                textFormat: Text.PlainText
            }
        }
        Text {
            objectName: "textSizeSample"
            width: line.width
            height: Theme.sampleHeight
            text: qsTr("Text of an answer")
            color: Theme.textMuted
            font.pixelSize: Theme.bodySize(setting.shown)
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
    }
}
