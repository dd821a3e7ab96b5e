pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// Settings take effect at once; those of the engine when a model is loaded, so a reload is offered beside them.
AppDialog {
    id: dialog

    required property AppViewModel app

    heading: qsTr("Settings")
    maximumWidth: Theme.settingsWidth

    Column {
        x: Theme.space6
        width: parent.width - Theme.space6 * 2
        bottomPadding: Theme.space6
        spacing: Theme.space6
        AppearanceSettings {
            settings: dialog.app.settings
        }
        AnswerSettings {
            settings: dialog.app.settings
            starter: dialog.app.model.isStarter
        }
        EngineSettings {
            app: dialog.app
        }
        Text {
            width: parent.width
            text: qsTr("Hearth %1 · Apache License 2.0").arg(dialog.app.version)
            color: Theme.textFaint
            font.pixelSize: Theme.fontCaption
            textFormat: Text.PlainText
        }
    }
}
