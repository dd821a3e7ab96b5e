import QtQuick
import Hearth.App
import Hearth.Ui

// What happens while the window is not in front.
SettingsSection {
    id: section

    required property SettingsModel settings

    heading: qsTr("In the background")

    SettingRow {
        group: section
        heading: qsTr("Notifications")
        help: qsTr("Says when a long answer, a failed one or a download ended while another window was in front. Shows titles of chats, never their text.")
        AppSwitch {
            objectName: "notifications"
            label: qsTr("Notifications")
            checked: section.settings.notifications
            onToggled: section.settings.notifications = checked
        }
    }
    SettingRow {
        group: section
        heading: qsTr("Keep Hearth in the notification area when its window is closed")
        help: qsTr("Answers and downloads go on. “Quit” in the menu of the icon ends Hearth.")
        note: section.settings.trayPossible ? "" : qsTr("This desktop has no notification area for icons.")
        AppSwitch {
            objectName: "tray"
            enabled: section.settings.trayPossible
            label: qsTr("Keep Hearth in the notification area when its window is closed")
            checked: section.settings.tray && section.settings.trayPossible
            onToggled: section.settings.tray = checked
        }
    }
}
