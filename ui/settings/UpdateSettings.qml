import QtQuick
import Hearth.App
import Hearth.Ui

// How newer versions are looked for. Hidden where the build cannot.
SettingsSection {
    id: section

    required property UpdatesModel updates
    readonly property bool shown: updates.offered && matched

    signal linkRequested(string link)

    objectName: "updateSettings"
    heading: qsTr("Updates")
    visible: shown

    SettingRow {
        group: section
        below: true
        heading: qsTr("Newer versions")
        help: qsTr("Hearth looks for a newer version only when you ask it to. It sends nothing about you or this computer, and downloads nothing by itself.")
        UpdateCheck {
            objectName: "settingsUpdates"
            width: parent.width
            updates: section.updates
            onLinkRequested: link => section.linkRequested(link)
        }
    }
    SettingRow {
        group: section
        heading: qsTr("Look once a week")
        help: qsTr("A line above the chat says when there is a newer version.")
        AppSwitch {
            objectName: "updateWeekly"
            label: qsTr("Look once a week")
            checked: section.updates.weekly
            onToggled: section.updates.weekly = checked
        }
    }
    SettingRow {
        group: section
        heading: qsTr("Previews")
        help: qsTr("Also tells of versions that are still being tried out.")
        AppSwitch {
            objectName: "updatePreviews"
            label: qsTr("Previews")
            checked: section.updates.previews
            onToggled: section.updates.previews = checked
        }
    }
    SettingRow {
        group: section
        below: true
        heading: qsTr("Address")
        help: section.updates.addressFixed ? qsTr("Where Hearth looks. HEARTH_UPDATE_URL sets this address, so it cannot be changed here.")
                                           : qsTr("Where Hearth looks. What it finds there is used only with the signature of the makers of Hearth.")
        AppTextField {
            objectName: "updateAddress"
            width: parent.width
            label: qsTr("Address")
            enabled: !section.updates.addressFixed
            text: section.updates.address
            inputMethodHints: Qt.ImhUrlCharactersOnly | Qt.ImhNoPredictiveText
            maximumLength: 1000
            onEditingFinished: {
                section.updates.address = text;
                text = Qt.binding(() => section.updates.address);
            }
        }
    }
}
