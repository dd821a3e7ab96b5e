import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// Long work with files: how far it is and a way to stop it, or why it failed.
Card {
    id: card

    required property var jobId
    required property string title
    required property string status
    required property string stateText
    required property real fraction
    required property string cause
    required property string nextStep
    required property string detail
    readonly property bool going: status === "queued" || status === "running"
    readonly property bool failed: status === "failed"

    signal cancelRequested
    signal dismissRequested

    tone: failed ? "danger" : "plain"
    implicitHeight: row.implicitHeight + Theme.space3 * 2
    Accessible.role: failed ? Accessible.AlertMessage : Accessible.StaticText
    Accessible.name: failed ? title + ". " + cause + " " + nextStep : title + ", " + stateText

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.space4
        anchors.rightMargin: Theme.space2
        spacing: Theme.space3
        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.space1
            Line {
                text: card.title
                color: Theme.text
                font.pixelSize: Theme.fontUi
                font.weight: Theme.fontMedium
            }
            AppProgressBar {
                Layout.fillWidth: true
                Layout.topMargin: Theme.space1
                visible: card.going
                label: card.title
                value: card.fraction
                quiet: card.status === "queued"
            }
            Line {
                visible: !card.failed
                text: card.stateText
            }
            Line {
                visible: card.failed
                text: card.cause
                color: Theme.text
            }
            Line {
                visible: card.failed && text !== ""
                text: card.nextStep
            }
            Line {
                visible: card.failed && card.detail !== ""
                text: qsTr("Details: %1").arg(card.detail)
                maximumLineCount: Theme.detailLines
                elide: Text.ElideRight
            }
        }
        AppButton {
            objectName: "cancelJob"
            visible: card.going
            text: qsTr("Cancel")
            onClicked: card.cancelRequested()
        }
        IconButton {
            objectName: "dismissJob"
            visible: !card.going
            symbol: "close"
            label: qsTr("Dismiss")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: card.dismissRequested()
        }
    }

    component Line: Text {
        Layout.fillWidth: true
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        textFormat: Text.PlainText
    }
}
