import QtQuick
import Hearth.App
import Hearth.Ui

SettingsSection {
    id: section

    required property SettingsModel settings

    heading: qsTr("Appearance")

    SettingRow {
        heading: qsTr("Theme")
        Segmented {
            objectName: "themeChoice"
            label: qsTr("Theme")
            value: section.settings.theme
            options: [
                {
                    value: "system",
                    text: qsTr("System")
                },
                {
                    value: "light",
                    text: qsTr("Light")
                },
                {
                    value: "dark",
                    text: qsTr("Dark")
                }
            ]
            onChosen: value => section.settings.theme = value
        }
    }
    SettingRow {
        heading: qsTr("Language")
        Segmented {
            objectName: "languageChoice"
            label: qsTr("Language")
            value: section.settings.language
            options: [
                {
                    value: "system",
                    text: qsTr("System")
                },
                {
                    value: "en",
                    text: "English"
                },
                {
                    value: "zh_CN",
                    text: "简体中文"
                }
            ]
            onChosen: value => section.settings.language = value
        }
    }
    SettingRow {
        heading: qsTr("Reduce motion")
        help: qsTr("Turns off animations.")
        AppSwitch {
            label: qsTr("Reduce motion")
            checked: section.settings.reducedMotion
            onToggled: section.settings.reducedMotion = checked
        }
    }
}
