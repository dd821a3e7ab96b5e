import QtQuick
import Hearth.App
import Hearth.Ui

// The first step: what Hearth is, its language and its colours. Both change at once.
Column {
    id: look

    required property AppViewModel app

    spacing: Theme.space5

    component Caption: Text {
        width: parent.width
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }

    WelcomeText {
        width: parent.width
        text: qsTr("Hearth lets you chat with AI models on this computer. Nothing you write leaves it, and it uses the network only when you ask for a download.")
    }
    Column {
        width: parent.width
        spacing: Theme.space2
        Caption {
            text: qsTr("Language")
        }
        Segmented {
            objectName: "welcomeLanguage"
            label: qsTr("Language")
            maximumWidth: look.width > 0 ? look.width : Infinity
            value: look.app.welcome.language
            options: [
                {
                    value: "en",
                    text: "English"
                },
                {
                    value: "zh_CN",
                    text: "简体中文"
                }
            ]
            onChosen: value => look.app.welcome.language = value
        }
    }
    Column {
        width: parent.width
        spacing: Theme.space2
        Caption {
            text: qsTr("Theme")
        }
        Segmented {
            objectName: "welcomeTheme"
            label: qsTr("Theme")
            maximumWidth: look.width > 0 ? look.width : Infinity
            value: look.app.settings.theme
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
            onChosen: value => look.app.settings.theme = value
        }
    }
}
