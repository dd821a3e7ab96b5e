import QtQuick
import Hearth.App
import Hearth.Ui

SettingsSection {
    id: engine

    required property AppViewModel app

    heading: qsTr("Model")

    SettingRow {
        group: engine
        below: true
        heading: qsTr("Device")
        help: qsTr("What computes the answers.")
        DeviceChoice {
            objectName: "deviceChoice"
            width: parent.width
            label: qsTr("Device")
            devices: engine.app.settings.devices
            value: engine.app.settings.device
            onChosen: value => engine.app.settings.device = value
        }
    }
    SettingRow {
        group: engine
        heading: qsTr("Processor threads")
        NumberField {
            objectName: "threads"
            label: qsTr("Processor threads")
            zeroText: qsTr("Automatic")
            to: 256
            value: engine.app.settings.threads
            onValueModified: engine.app.settings.threads = value
        }
    }
    SettingRow {
        group: engine
        heading: qsTr("Give way to other programs")
        help: qsTr("Answers are computed with low priority: slower while other programs are busy, but those stay smooth.")
        AppSwitch {
            objectName: "background"
            label: qsTr("Give way to other programs")
            checked: engine.app.settings.background
            onToggled: engine.app.settings.background = checked
        }
    }
    SettingRow {
        group: engine
        heading: qsTr("Context length")
        help: qsTr("Tokens of one chat that the model can see; more needs more memory.")
        note: engine.app.settings.contextCost
        noteWarns: engine.app.settings.contextCostWarning
        NumberField {
            objectName: "contextLength"
            label: qsTr("Context length")
            zeroText: qsTr("Automatic")
            to: 1048576
            stepSize: 1024
            value: engine.app.settings.contextLength
            onValueModified: engine.app.settings.contextLength = value
        }
    }
    SettingRow {
        group: engine
        heading: qsTr("Reload the model")
        help: qsTr("Device, threads, priority and context length take effect when a model is loaded.")
        AppButton {
            objectName: "reloadNow"
            text: qsTr("Reload now")
            symbol: "retry"
            enabled: engine.app.model.state !== "loading" && engine.app.model.state !== "none"
            onClicked: engine.app.reloadModel()
        }
    }
}
