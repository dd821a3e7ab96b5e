import QtQuick
import Hearth.Ui

// The access token of one host. What is saved is never shown again.
SettingRow {
    id: setting

    required property string host
    required property bool saved
    property string problem: ""

    signal entered(string token)

    function save() {
        if (field.text.trim() === "")
            return;
        entered(field.text.trim());
        field.clear();
    }

    objectName: "token-" + host
    below: true
    heading: qsTr("Access token for %1").arg(host)
    help: qsTr("For models that ask you to accept a licence. It is kept in the keychain of this computer and sent to this host only, over https.")
    note: problem !== "" ? problem : saved ? qsTr("A token is saved.") : ""
    noteWarns: problem !== ""

    Flow {
        width: parent.width
        spacing: Theme.space2
        AppTextField {
            id: field
            objectName: "tokenField"
            width: Math.min(Theme.fieldWidth * 2, parent.width)
            label: setting.heading
            placeholderText: qsTr("Paste a token")
            echoMode: TextInput.Password
            inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText
            maximumLength: 500
            onAccepted: setting.save()
        }
        AppButton {
            objectName: "saveToken"
            text: setting.saved ? qsTr("Replace") : qsTr("Save")
            enabled: field.text.trim() !== ""
            Accessible.description: setting.heading
            onClicked: setting.save()
        }
        AppButton {
            objectName: "removeToken"
            visible: setting.saved
            text: qsTr("Remove")
            symbol: "trash"
            Accessible.description: setting.heading
            onClicked: setting.entered("")
        }
    }
}
