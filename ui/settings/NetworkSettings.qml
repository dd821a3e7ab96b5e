pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// Where models come from and how they get here.
SettingsSection {
    id: section

    required property NetworkSettingsModel network

    heading: qsTr("Network")

    SettingRow {
        group: section
        below: true
        heading: qsTr("Endpoints")
        help: qsTr("Models are searched and fetched from those that are on, the first one first. A download goes on with the next one where one fails.")
        EndpointList {
            width: parent.width
            network: section.network
        }
    }
    SettingRow {
        group: section
        below: true
        heading: qsTr("Own server")
        help: qsTr("Address of a server that answers like huggingface.co. Switch it on above.")
        note: section.network.ownServerNote
        noteWarns: true
        AppTextField {
            objectName: "ownServer"
            width: parent.width
            label: qsTr("Own server")
            placeholderText: qsTr("models.example.org")
            text: section.network.ownServer
            inputMethodHints: Qt.ImhUrlCharactersOnly | Qt.ImhNoPredictiveText
            onEditingFinished: section.network.ownServer = text
        }
    }
    Repeater {
        model: section.network.tokens
        TokenSetting {
            required property var modelData
            group: section
            host: modelData.host
            saved: modelData.saved
            problem: section.network.problem
            onEntered: token => section.network.setToken(host, token)
        }
    }
    ProxySettings {
        group: section
        network: section.network
    }
    SettingRow {
        group: section
        heading: qsTr("Bandwidth limit")
        help: qsTr("Of all downloads together, in kilobytes a second.")
        NumberField {
            objectName: "bandwidthLimit"
            label: qsTr("Bandwidth limit")
            zeroText: qsTr("None")
            to: 1000000
            stepSize: 500
            value: section.network.bandwidthLimit
            onValueModified: section.network.bandwidthLimit = value
        }
    }
}
