pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// Settings take effect at once; those of the engine when a model is loaded, so a reload is offered beside them.
AppDialog {
    id: dialog

    required property AppViewModel app
    readonly property bool nothing: !(appearance.matched || answers.matched || engine.matched || network.matched || updates.shown || policy.matched || background.matched || data.matched)

    // What to search for when it opens.
    property string query: ""

    signal shortcutsRequested
    signal aboutRequested
    signal welcomeRequested
    signal linkRequested(string link)
    signal exportRequested
    signal importRequested

    heading: qsTr("Settings")
    maximumWidth: Theme.settingsWidth
    fullHeight: true
    onAboutToShow: {
        search.text = dialog.query;
        view.contentY = 0;
    }
    onOpened: search.forceActiveFocus(Qt.PopupFocusReason)

    toolbar: SearchField {
        id: search
        objectName: "settingsSearch"
        width: parent.width
        label: qsTr("Search settings")
        placeholderText: qsTr("Search settings")
        onTextChanged: dialog.view.contentY = 0
    }

    Column {
        x: Theme.space6
        width: parent.width - Theme.space6 * 2
        topPadding: Theme.space3
        bottomPadding: Theme.space6
        spacing: Theme.space8
        AppearanceSettings {
            id: appearance
            query: search.text.trim()
            settings: dialog.app.settings
        }
        AnswerSettings {
            id: answers
            query: search.text.trim()
            settings: dialog.app.settings
            starter: dialog.app.model.isStarter
        }
        EngineSettings {
            id: engine
            query: search.text.trim()
            app: dialog.app
        }
        BackgroundSettings {
            id: background
            query: search.text.trim()
            settings: dialog.app.settings
        }
        NetworkSettings {
            id: network
            query: search.text.trim()
            network: dialog.app.network
        }
        UpdateSettings {
            id: updates
            query: search.text.trim()
            updates: dialog.app.updates
            onLinkRequested: link => dialog.linkRequested(link)
        }
        PolicySettings {
            id: policy
            query: search.text.trim()
            policy: dialog.app.policy
        }
        DataSettings {
            id: data
            query: search.text.trim()
            app: dialog.app
            onErased: dialog.close()
            onRestored: dialog.close()
            onExportRequested: dialog.exportRequested()
            onImportRequested: dialog.importRequested()
        }
        Text {
            objectName: "noSetting"
            width: parent.width
            visible: dialog.nothing
            text: qsTr("No setting matches “%1”.").arg(search.text.trim())
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
        Flow {
            width: parent.width
            spacing: Theme.space4
            visible: search.text.trim() === ""
            AppButton {
                objectName: "shortcutsButton"
                text: qsTr("Keyboard shortcuts")
                symbol: "keyboard"
                onClicked: dialog.shortcutsRequested()
            }
            AppButton {
                objectName: "welcomeButton"
                text: qsTr("Show the welcome again")
                symbol: "sparkle"
                onClicked: {
                    dialog.close();
                    dialog.welcomeRequested();
                }
            }
            AppButton {
                objectName: "aboutButton"
                text: qsTr("About Hearth %1").arg(dialog.app.about.version)
                symbol: "info"
                onClicked: dialog.aboutRequested()
            }
        }
    }
}
