import QtQuick
import Hearth.App
import Hearth.Ui

SettingsSection {
    id: appearance

    required property SettingsModel settings

    heading: qsTr("Appearance")

    SettingRow {
        group: appearance
        heading: qsTr("Theme")
        Segmented {
            objectName: "themeChoice"
            label: qsTr("Theme")
            maximumWidth: appearance.width > 0 ? appearance.width : Infinity
            value: appearance.settings.theme
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
                },
                {
                    value: "contrast",
                    text: qsTr("High contrast")
                }
            ]
            onChosen: value => appearance.settings.theme = value
        }
    }
    SettingRow {
        group: appearance
        heading: qsTr("Language")
        Segmented {
            objectName: "languageChoice"
            label: qsTr("Language")
            value: appearance.settings.language
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
            onChosen: value => appearance.settings.language = value
        }
    }
    TextSizeSetting {
        group: appearance
        settings: appearance.settings
    }
    SettingRow {
        group: appearance
        heading: qsTr("Reduce motion")
        help: qsTr("Turns off animations.")
        AppSwitch {
            label: qsTr("Reduce motion")
            checked: appearance.settings.reducedMotion
            onToggled: appearance.settings.reducedMotion = checked
        }
    }
}
