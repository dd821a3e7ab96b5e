import QtQuick
import Hearth.Ui

// A whole number of the chat.
ControlRow {
    id: row

    property string zeroText: ""
    property int to: 1000
    property int step: 1

    standardText: setting.standard === 0 && zeroText !== "" ? zeroText : String(setting.standard)
    NumberField {
        label: row.heading
        zeroText: row.zeroText
        to: row.to
        stepSize: row.step
        value: Math.round(row.setting.number)
        onValueModified: row.setting.number = value
    }
}
