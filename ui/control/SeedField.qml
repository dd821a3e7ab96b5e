import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Whether answers are drawn anew every time, or from a number that repeats them.
ColumnLayout {
    id: seed

    required property ChatSettingsModel settings
    // The width that there is; a layout inside a layout is no wider than what it holds.
    required property real room
    readonly property bool fixed: settings.seed !== ""

    spacing: Theme.space2
    Segmented {
        objectName: "seedKind"
        label: qsTr("Seed")
        maximumWidth: seed.room
        options: [{value: "random", text: qsTr("Random")}, {value: "fixed", text: qsTr("Fixed")}]
        value: seed.fixed ? "fixed" : "random"
        onChosen: value => {
            if ((value === "fixed") !== seed.fixed)
                seed.settings.seed = value === "fixed" ? String(1 + Math.floor(Math.random() * 999999)) : "";
        }
    }
    AppTextField {
        objectName: "seedField"
        Layout.fillWidth: true
        visible: seed.fixed
        label: qsTr("Seed")
        text: seed.settings.seed
        inputMethodHints: Qt.ImhDigitsOnly
        validator: RegularExpressionValidator {
            regularExpression: /^[1-9]\d{0,19}$/
        }
        onEditingFinished: seed.settings.seed = text
    }
}
