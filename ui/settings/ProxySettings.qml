import QtQuick
import Hearth.App
import Hearth.Ui

SettingRow {
    id: setting

    required property NetworkSettingsModel network
    readonly property bool byHand: network.proxyMode === "http" || network.proxyMode === "socks5"

    below: true
    heading: qsTr("Proxy")
    help: qsTr("“System” uses what this computer is set to. Addresses of this computer itself are never asked through a proxy that is entered here.")

    Column {
        width: parent.width
        spacing: Theme.space2
        Segmented {
            objectName: "proxyMode"
            label: setting.heading
            value: setting.network.proxyMode
            maximumWidth: parent.width
            options: [
                {
                    value: "system",
                    text: qsTr("System")
                },
                {
                    value: "none",
                    text: qsTr("None")
                },
                {
                    value: "http",
                    text: qsTr("HTTP")
                },
                {
                    value: "socks5",
                    text: qsTr("SOCKS5")
                }
            ]
            onChosen: value => setting.network.proxyMode = value
        }
        Flow {
            width: parent.width
            visible: setting.byHand
            spacing: Theme.space2
            AppTextField {
                objectName: "proxyHost"
                width: Math.min(Theme.fieldWidth, parent.width)
                label: qsTr("Proxy address")
                placeholderText: qsTr("proxy.example.org")
                text: setting.network.proxyHost
                inputMethodHints: Qt.ImhUrlCharactersOnly | Qt.ImhNoPredictiveText
                onEditingFinished: setting.network.proxyHost = text
            }
            NumberField {
                objectName: "proxyPort"
                label: qsTr("Proxy port")
                from: 1
                to: 65535
                value: setting.network.proxyPort
                onValueModified: setting.network.proxyPort = value
            }
            AppTextField {
                objectName: "proxyUser"
                width: Math.min(Theme.fieldWidth, parent.width)
                label: qsTr("Proxy user, if it asks for one")
                placeholderText: qsTr("User")
                text: setting.network.proxyUser
                inputMethodHints: Qt.ImhNoPredictiveText
                onEditingFinished: setting.network.proxyUser = text
            }
            AppTextField {
                id: password
                objectName: "proxyPassword"
                width: Math.min(Theme.fieldWidth, parent.width)
                label: qsTr("Proxy password")
                readonly property string hint: setting.network.hasProxyPassword ? qsTr("Saved in the keychain") : qsTr("Password")
                placeholderText: password.hint
                echoMode: TextInput.Password
                inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText
                onEditingFinished: {
                    if (text !== "")
                        setting.network.setProxyPassword(text);
                    clear();
                }
            }
            AppButton {
                objectName: "removeProxyPassword"
                visible: setting.network.hasProxyPassword
                text: qsTr("Remove password")
                symbol: "trash"
                onClicked: setting.network.setProxyPassword("")
            }
        }
    }
}
