import QtQuick
import Hearth.Ui

// A whole number of a variant's own.
OwnRow {
    id: row

    property int to: 1000
    property int step: 1
    property string zeroText: ""

    standardText: setting.number === 0 && zeroText !== "" ? zeroText : Number(setting.number).toLocaleString(Qt.locale(), "f", 0)
    NumberField {
        label: row.heading
        zeroText: row.zeroText
        to: row.to
        stepSize: row.step
        value: row.setting.number
        onValueModified: row.setting.number = value
    }
}
