pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// A model to download: what it is and what it is good at; opened, the ways to download it.
Column {
    id: offer

    required property int index
    required property string entryId
    required property string heading
    required property string name
    required property string publisher
    required property string licence
    required property string goodAt
    required property var tags
    required property string sizeText
    required property string contextText
    required property string downloads
    required property string fitText
    required property string fitTone
    required property string cause
    required property string nextStep
    required property string repository
    required property bool fromHub
    required property bool adapter
    required property bool gated
    required property bool expanded
    required property bool busy
    required property bool installed
    required property OfferVariantsModel variants

    signal toggled
    signal retried
    signal cardRequested
    signal downloadRequested(string variant)
    signal useRequested(var variantId)
    signal downloadsRequested

    spacing: Theme.space3
    Accessible.role: Accessible.ListItem
    Accessible.name: offer.name

    Text {
        width: parent.width
        visible: text !== ""
        topPadding: offer.index > 0 ? Theme.space3 : 0
        text: offer.heading
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        font.weight: Theme.fontMedium
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    Card {
        id: card
        width: parent.width
        implicitHeight: column.height
        Column {
            id: column
            width: parent.width
            OfferHeader {
                id: header
                objectName: "offerHeader"
                width: parent.width
                text: offer.name
                publisher: offer.publisher
                facts: [offer.sizeText, offer.contextText, offer.licence, offer.downloads].filter(part => part !== "").join(" · ")
                goodAt: offer.goodAt
                tags: offer.tags
                fitText: offer.fitText
                fitTone: offer.fitTone
                installed: offer.installed
                adapter: offer.adapter
                gated: offer.gated
                expanded: offer.expanded
                onClicked: offer.toggled()
            }
            Column {
                x: Theme.space4
                width: parent.width - x * 2
                visible: offer.expanded
                bottomPadding: Theme.space3
                Rectangle {
                    width: parent.width
                    height: 1
                    color: Theme.border
                }
                Text {
                    width: parent.width
                    visible: offer.gated
                    topPadding: Theme.space3
                    text: qsTr("The publisher wants to be asked first: agree on the page of the model, then put your access token into Settings.")
                    color: Theme.warning
                    font.pixelSize: Theme.fontSmall
                    wrapMode: Text.Wrap
                    textFormat: Text.PlainText
                }
                Row {
                    visible: offer.busy
                    topPadding: Theme.space3
                    spacing: Theme.space2
                    TypingDots {
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    Text {
                        text: qsTr("Asking for the files…")
                        color: Theme.textMuted
                        font.pixelSize: Theme.fontSmall
                        textFormat: Text.PlainText
                    }
                }
                Item {
                    width: parent.width
                    height: visible ? failed.height + Theme.space3 : 0
                    visible: offer.cause !== ""
                    ErrorCard {
                        id: failed
                        y: Theme.space3
                        width: parent.width
                        cause: offer.cause
                        nextStep: offer.nextStep
                        actionText: qsTr("Try again")
                        onActionRequested: offer.retried()
                    }
                }
                Text {
                    width: parent.width
                    visible: offer.expanded && !offer.busy && offer.cause === "" && (offer.variants?.count ?? 0) === 0
                    topPadding: Theme.space3
                    text: qsTr("This repository has no file that Hearth can use (.gguf).")
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontSmall
                    wrapMode: Text.Wrap
                    textFormat: Text.PlainText
                }
                Repeater {
                    model: offer.variants
                    delegate: OfferVariantRow {
                        objectName: "offerVariant"
                        width: parent?.width ?? 0
                        modelName: offer.name
                        onDownloadRequested: offer.downloadRequested(name)
                        onUseRequested: offer.useRequested(installedId)
                        onDownloadsRequested: offer.downloadsRequested()
                    }
                }
                AppButton {
                    objectName: "offerCardButton"
                    visible: offer.repository !== ""
                    text: qsTr("Model card")
                    symbol: "info"
                    quiet: true
                    leftPadding: 0
                    onClicked: offer.cardRequested()
                }
            }
        }
    }
}
