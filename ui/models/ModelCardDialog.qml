pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// What the publisher writes about a model, its training data where the text has such a section, and what its file says.
AppDialog {
    id: dialog

    required property ModelsViewModel models
    readonly property ModelCard card: models.card
    property string part: "text"

    signal linkRequested(string link)
    signal copyRequested(string text)
    signal saveRequested(string text, string name)

    function show() {
        part = "text";
        view.contentY = 0;
        open();
    }

    heading: card.title
    maximumWidth: Theme.sheetWidth
    fullHeight: true
    onPartChanged: view.contentY = 0

    toolbar: Flow {
        width: parent.width
        spacing: Theme.space2
        Segmented {
            objectName: "cardParts"
            label: qsTr("Parts of the card")
            value: dialog.part
            options: [
                {
                    value: "text",
                    text: qsTr("Card")
                }
            ].concat(dialog.card.training ? [
                {
                    value: "training",
                    text: qsTr("Training data")
                }
            ] : [], dialog.card.metadata.length > 0 ? [
                {
                    value: "file",
                    text: qsTr("File")
                }
            ] : [])
            onChosen: value => dialog.part = value
        }
        AppButton {
            objectName: "cardAddress"
            visible: dialog.card.address !== ""
            text: qsTr("Open its page")
            symbol: "external"
            quiet: true
            onClicked: dialog.linkRequested(dialog.card.address)
        }
    }

    Column {
        id: column
        x: Theme.space6
        width: parent.width - x * 2
        bottomPadding: Theme.space6
        spacing: Theme.space4
        Text {
            width: parent.width
            visible: text !== ""
            text: dialog.card.subtitle
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Rectangle {
            width: parent.width
            height: facts.height + Theme.space3 * 2
            visible: dialog.part === "text" && dialog.card.facts.length > 0
            radius: Theme.radius
            color: Theme.sunken
            Column {
                id: facts
                x: Theme.space3
                y: Theme.space3
                width: parent.width - x * 2
                spacing: Theme.space1
                Repeater {
                    model: dialog.card.facts
                    FactRow {
                        required property var modelData
                        width: facts.width
                        label: modelData.label
                        value: modelData.value
                    }
                }
            }
        }
        ExpertShares {
            objectName: "expertShares"
            width: parent.width
            visible: dialog.part === "text" && shares.length > 0
            shares: dialog.card.expertShares
        }
        Row {
            visible: dialog.card.busy
            spacing: Theme.space2
            TypingDots {
                anchors.verticalCenter: parent.verticalCenter
            }
            Text {
                text: qsTr("Fetching the card…")
                color: Theme.textMuted
                font.pixelSize: Theme.fontSmall
                textFormat: Text.PlainText
            }
        }
        ErrorCard {
            objectName: "cardError"
            width: parent.width
            visible: dialog.card.cause !== ""
            tone: "warning"
            cause: dialog.card.cause
            nextStep: dialog.card.nextStep
            actionText: qsTr("Try again")
            onActionRequested: dialog.card.fetch()
        }
        Text {
            width: parent.width
            visible: dialog.part === "text" && !dialog.card.busy && !dialog.card.blocks && dialog.card.cause === ""
            text: qsTr("There is no text about this model here.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        AppButton {
            objectName: "fetchCard"
            visible: dialog.part === "text" && !dialog.card.busy && !dialog.card.blocks && dialog.card.cause === "" && dialog.card.address !== ""
            text: qsTr("Fetch it from the hub")
            symbol: "download"
            onClicked: dialog.card.fetch()
        }
        // Text of a stranger: shown by the same blocks as answers are, pictures never loaded, links asked about.
        BlockColumn {
            objectName: "cardBlocks"
            width: parent.width
            visible: dialog.part !== "file"
            blocks: !dialog.visible ? null : dialog.part === "training" ? dialog.card.training : dialog.card.blocks
            onLinkRequested: link => dialog.linkRequested(link)
            onCopyRequested: text => dialog.copyRequested(text)
            onSaveRequested: (text, name) => dialog.saveRequested(text, name)
        }
        Text {
            width: parent.width
            visible: dialog.part === "text" && dialog.card.shortened
            text: qsTr("The rest of this long card is on its page.")
            color: Theme.textFaint
            font.pixelSize: Theme.fontCaption
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Column {
            width: parent.width
            visible: dialog.part === "file"
            spacing: Theme.space1
            Repeater {
                model: dialog.part === "file" ? dialog.card.metadata : []
                FactRow {
                    required property var modelData
                    width: column.width
                    label: modelData.label
                    value: modelData.value
                }
            }
        }
    }
}
