import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// The numbers that decide which word comes next.
ColumnLayout {
    id: values

    required property ChatSettingsModel settings

    spacing: Theme.space4
    ControlSlider {
        objectName: "chatTemperature"
        Layout.fillWidth: true
        setting: values.settings.temperature
        heading: qsTr("Temperature")
        help: qsTr("Higher is more varied, lower more predictable; 0 always takes the likeliest word.")
        to: 2
    }
    ControlNumber {
        objectName: "chatTopK"
        Layout.fillWidth: true
        setting: values.settings.topK
        heading: qsTr("Top-k")
        help: qsTr("Chooses among this many words at most.")
        zeroText: qsTr("Off")
        step: 10
    }
    ControlSlider {
        objectName: "chatTopP"
        Layout.fillWidth: true
        setting: values.settings.topP
        heading: qsTr("Top-p")
        help: qsTr("Keeps the likeliest words up to this share; 1 keeps all.")
        from: 0.05
    }
    ControlSlider {
        objectName: "chatMinP"
        Layout.fillWidth: true
        setting: values.settings.minP
        heading: qsTr("Min-p")
        help: qsTr("Leaves out words below this share of the likeliest one; 0 leaves out none.")
        step: 0.01
    }
    ControlSlider {
        objectName: "chatRepeatPenalty"
        Layout.fillWidth: true
        setting: values.settings.repeatPenalty
        heading: qsTr("Repeat penalty")
        help: qsTr("Lowers the chance of words that were just used; 1 does nothing.")
        from: 1
        to: 2
    }
    ControlSlider {
        objectName: "chatPresencePenalty"
        Layout.fillWidth: true
        setting: values.settings.presencePenalty
        heading: qsTr("Presence penalty")
        help: qsTr("Lowers the chance of words that were used at all, however often; 0 does nothing.")
        to: 2
    }
    ControlNumber {
        objectName: "chatPenaltyWindow"
        Layout.fillWidth: true
        setting: values.settings.penaltyWindow
        heading: qsTr("Reach of the penalties")
        help: qsTr("How many tokens back both penalties look.")
        to: 4096
        step: 16
    }
}
