import QtQuick
import Hearth.App
import Hearth.Ui

// The button that looks for a newer version, and what came of it.
Column {
    id: check

    required property UpdatesModel updates

    signal linkRequested(string link)

    spacing: Theme.space3

    Flow {
        width: parent.width
        spacing: Theme.space3
        AppButton {
            objectName: "checkForUpdates"
            text: check.updates.checking ? qsTr("Cancel") : qsTr("Check for updates")
            symbol: check.updates.checking ? "close" : "retry"
            onClicked: check.updates.checking ? check.updates.cancel() : check.updates.check()
        }
        Column {
            spacing: Theme.focusWidth
            FlowText {
                objectName: "updateStatus"
                visible: text !== ""
                maximumWidth: check.width
                text: check.updates.status
                color: Theme.text
                font.pixelSize: Theme.fontSmall
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }
            FlowText {
                objectName: "updateLastCheck"
                visible: text !== ""
                maximumWidth: check.width
                text: check.updates.lastCheck
                color: Theme.textFaint
                font.pixelSize: Theme.fontCaption
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }
        }
    }
    Card {
        objectName: "updateProblem"
        width: parent.width
        visible: check.updates.problem !== ""
        tone: "warning"
        implicitHeight: words.height + Theme.space3 * 2
        Accessible.role: Accessible.AlertMessage
        Accessible.name: check.updates.problem + " " + check.updates.problemNextStep
        Column {
            id: words
            x: Theme.space4
            y: Theme.space3
            width: parent.width - x * 2
            spacing: Theme.space1
            Text {
                width: parent.width
                text: check.updates.problem
                color: Theme.text
                font.pixelSize: Theme.fontUi
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                textFormat: Text.PlainText
            }
            Text {
                width: parent.width
                text: check.updates.problemNextStep
                color: Theme.textMuted
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                textFormat: Text.PlainText
            }
        }
    }
    UpdateCard {
        objectName: "updateCard"
        width: parent.width
        visible: check.updates.found
        updates: check.updates
        onLinkRequested: link => check.linkRequested(link)
    }
}
