import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

SettingsSection {
    id: section

    required property AppViewModel app

    heading: qsTr("Model")

    SettingRow {
        heading: qsTr("Processor threads")
        NumberField {
            objectName: "threads"
            label: qsTr("Processor threads")
            zeroText: qsTr("Automatic")
            to: 256
            value: section.app.settings.threads
            onValueModified: section.app.settings.threads = value
        }
    }
    SettingRow {
        heading: qsTr("Context length")
        help: qsTr("Tokens of one chat that the model can see; more needs more memory.")
        NumberField {
            objectName: "contextLength"
            label: qsTr("Context length")
            zeroText: qsTr("Automatic")
            to: 1048576
            stepSize: 1024
            value: section.app.settings.contextLength
            onValueModified: section.app.settings.contextLength = value
        }
    }
    RowLayout {
        width: parent.width
        Text {
            Layout.fillWidth: true
            text: qsTr("These two take effect when a model is loaded.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        AppButton {
            objectName: "reloadNow"
            text: qsTr("Reload now")
            symbol: "retry"
            enabled: section.app.model.state === "ready" || section.app.model.state === "failed"
            onClicked: section.app.reloadModel()
        }
    }
}
