import QtQuick
import Hearth.App
import Hearth.Ui

// The second step: the devices, the self-test of the chosen one, and what that means for models.
Column {
    id: page

    required property AppViewModel app
    readonly property WelcomeModel welcome: app.welcome
    readonly property bool running: welcome.checkState === "running"

    spacing: Theme.space4

    WelcomeText {
        width: parent.width
        text: qsTr("Answers can be computed by the processor or by a graphics processor. A short test shows whether it computes properly; Automatic takes the fastest one that does.")
    }
    DeviceChoice {
        objectName: "welcomeDevices"
        width: parent.width
        label: qsTr("Device")
        devices: page.app.settings.devices
        value: page.app.settings.device
        onChosen: value => {
            page.app.settings.device = value;
            page.welcome.checkDevice();
        }
    }
    Card {
        objectName: "welcomeCheck"
        width: parent.width
        visible: page.welcome.checkState !== "none"
        tone: page.welcome.checkState === "failed" ? "warning" : "plain"
        implicitHeight: result.height + Theme.space4 * 2
        Column {
            id: result
            x: Theme.space4
            y: Theme.space4
            width: parent.width - Theme.space4 * 2
            spacing: Theme.space2
            Row {
                width: parent.width
                spacing: Theme.space3
                TypingDots {
                    id: busy
                    anchors.verticalCenter: parent.verticalCenter
                    visible: page.running
                }
                WelcomeText {
                    objectName: "welcomeCheckText"
                    width: parent.width - (busy.visible ? busy.width + parent.spacing : 0)
                    text: page.welcome.checkText
                    Accessible.role: Accessible.AlertMessage
                }
            }
            WelcomeText {
                objectName: "welcomeCheckNextStep"
                width: parent.width
                text: page.welcome.checkNextStep
            }
            WelcomeText {
                objectName: "welcomeSummary"
                width: parent.width
                visible: !page.running && text !== ""
                text: page.welcome.summary
                color: Theme.textMuted
            }
            AppButton {
                objectName: "welcomeCancel"
                visible: page.running
                text: qsTr("Stop the test")
                onClicked: page.welcome.cancelCheck()
            }
            AppButton {
                objectName: "welcomeTest"
                visible: page.welcome.checkState === "stopped"
                text: qsTr("Test again")
                onClicked: page.welcome.checkDevice()
            }
        }
    }
}
