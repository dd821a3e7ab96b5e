import QtQuick
import Hearth.App
import Hearth.Ui

// The last step: the small model that is here, or a download that fits this computer. Only a click downloads.
Column {
    id: page

    required property AppViewModel app
    readonly property var offer: app.welcome.recommended
    readonly property bool offered: offer.name !== undefined

    signal modelsRequested

    spacing: Theme.space4

    component Heading: Text {
        width: parent.width
        color: Theme.text
        font.pixelSize: Theme.fontUi
        font.weight: Theme.fontBold
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    component Fact: Text {
        width: parent.width
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        visible: text !== ""
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }

    Card {
        width: parent.width
        implicitHeight: ember.height + Theme.space4 * 2
        Column {
            id: ember
            x: Theme.space4
            y: Theme.space4
            width: parent.width - Theme.space4 * 2
            spacing: Theme.space1
            Heading {
                text: qsTr("Ember is here already")
            }
            Fact {
                text: qsTr("A tiny model that comes with Hearth: a guide to the application that runs on every computer. It knows little else; for real work choose a larger model.")
            }
        }
    }
    Card {
        objectName: "welcomeOffer"
        width: parent.width
        implicitHeight: model.height + Theme.space4 * 2
        Column {
            id: model
            x: Theme.space4
            y: Theme.space4
            width: parent.width - Theme.space4 * 2
            spacing: Theme.space1
            Heading {
                text: page.offered ? qsTr("Recommended for this computer: %1").arg(page.offer.name) : qsTr("A larger model")
            }
            Fact {
                text: page.offered ? page.offer.goodAt : qsTr("The list of models says which of them fit this computer.")
            }
            Fact {
                objectName: "welcomeOfferFacts"
                text: page.offered ? [qsTr("Download: %1 (%2)").arg(page.offer.sizeText).arg(page.offer.variant), qsTr("Compared with the original: %1").arg(page.offer.qualityText), page.offer.fitText].filter(fact => fact !== "").join("\n") : ""
            }
            Item {
                width: parent.width
                height: Theme.space2
            }
            Flow {
                width: parent.width
                spacing: Theme.space2
                AppButton {
                    objectName: "welcomeDownload"
                    visible: page.offered
                    width: Math.min(implicitWidth, parent.width)
                    symbol: "download"
                    text: page.offered ? qsTr("Download %1").arg(page.offer.sizeText) : ""
                    onClicked: {
                        page.app.welcome.download();
                        page.modelsRequested();
                    }
                }
                AppButton {
                    objectName: "welcomeModels"
                    width: Math.min(implicitWidth, parent.width)
                    text: qsTr("Look at all models")
                    onClicked: page.modelsRequested()
                }
            }
        }
    }
}
