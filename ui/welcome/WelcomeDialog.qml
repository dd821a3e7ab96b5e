pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Hearth.App
import Hearth.Ui

// The first steps: language and theme, the device, the first model. Esc and Skip end them at any step; the window behind is complete.
AppDialog {
    id: dialog

    required property AppViewModel app
    property int step: 0
    readonly property int lastStep: 2
    readonly property var headings: [qsTr("Welcome to Hearth"), qsTr("What this computer can do"), qsTr("Your first model")]
    readonly property bool asked: app.welcome.wanted

    // All models should be shown.
    signal modelsWanted

    function start() {
        step = 0;
        app.welcome.begin();
        open();
    }
    function go(to: int) {
        step = to;
        view.contentY = 0;
        // Who reads the screen by ear hears the new heading before the button.
        nextButton.forceActiveFocus(Qt.TabFocusReason);
        if (to === 1 && app.welcome.checkState === "none")
            app.welcome.checkDevice();
    }

    objectName: "welcomeDialog"
    heading: headings[step]
    closePolicy: T.Popup.CloseOnEscape
    onAskedChanged: if (asked) Qt.callLater(start)
    Component.onCompleted: if (asked) Qt.callLater(start)
    onOpened: nextButton.forceActiveFocus(Qt.PopupFocusReason)
    onClosed: app.welcome.finish()

    toolbar: Text {
        objectName: "welcomeStep"
        width: parent.width
        text: qsTr("Step %1 of %2").arg(dialog.step + 1).arg(dialog.lastStep + 1)
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }

    // From the right, so that Tab comes to what most people want first.
    footer: Flow {
        width: parent.width
        spacing: Theme.space2
        layoutDirection: Qt.RightToLeft
        AppButton {
            id: nextButton
            objectName: "welcomeNext"
            primary: true
            text: dialog.step < dialog.lastStep ? qsTr("Next") : dialog.app.model.isStarter ? qsTr("Start with Ember") : qsTr("Done")
            Accessible.description: dialog.heading
            onClicked: {
                if (dialog.step < dialog.lastStep)
                    dialog.go(dialog.step + 1);
                else
                    dialog.close();
            }
        }
        AppButton {
            objectName: "welcomeBack"
            visible: dialog.step > 0
            text: qsTr("Back")
            onClicked: dialog.go(dialog.step - 1)
        }
        AppButton {
            objectName: "welcomeSkip"
            quiet: true
            text: qsTr("Skip")
            onClicked: dialog.close()
        }
    }

    Column {
        x: Theme.space6
        width: parent.width - Theme.space6 * 2
        topPadding: Theme.space2
        bottomPadding: Theme.space2
        spacing: Theme.space6
        WelcomeLook {
            width: parent.width
            visible: dialog.step === 0
            app: dialog.app
        }
        WelcomeDevice {
            width: parent.width
            visible: dialog.step === 1
            app: dialog.app
        }
        WelcomeStart {
            width: parent.width
            visible: dialog.step === dialog.lastStep
            app: dialog.app
            onModelsRequested: {
                dialog.close();
                dialog.modelsWanted();
            }
        }
    }
}
