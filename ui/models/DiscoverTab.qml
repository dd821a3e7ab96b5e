pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// Models to download: the catalogue, narrowed down while one types, and what the hub has.
PageScroll {
    id: tab

    required property ModelsViewModel models
    readonly property DiscoverModel discover: models.discover

    signal useRequested(var variantId)
    signal cardRequested(string entryId)
    signal downloadsRequested

    function focusFirst(): bool {
        field.forceActiveFocus(Qt.ShortcutFocusReason);
        field.selectAll();
        return true;
    }
    // True if there was something to take back.
    function stepBack(): bool {
        const had = field.text !== "";
        field.clear();
        return had;
    }

    spacing: Theme.space3
    Item {
        width: parent.width
        height: searchButton.stacked ? field.height + Theme.space2 + searchButton.height : field.height
        SearchField {
            id: field
            objectName: "modelSearch"
            width: searchButton.stacked ? parent.width : parent.width - searchButton.width - Theme.space2
            label: qsTr("Search models")
            placeholderText: qsTr("Search, or paste an address of a model")
            text: tab.discover.query
            onTextChanged: tab.discover.query = text
            onAccepted: if (searchButton.enabled) tab.discover.searchHub()
        }
        AppButton {
            id: searchButton
            readonly property bool stacked: parent.width - width < Theme.fieldWidth * 1.4
            objectName: "hubSearch"
            x: stacked ? 0 : parent.width - width
            y: stacked ? field.height + Theme.space2 : 0
            enabled: field.text.trim() !== "" && !tab.discover.searching
            text: tab.discover.queryIsRepository ? qsTr("Look it up") : qsTr("Search the hub")
            symbol: "search"
            onClicked: tab.discover.searchHub()
        }
    }
    TagFilter {
        objectName: "tagFilter"
        width: parent.width
        label: qsTr("Kinds of models")
        tags: [
            {
                value: "",
                text: qsTr("All")
            },
            {
                value: "fits",
                text: qsTr("Fits this computer")
            }
        ].concat(tab.discover.tags)
        value: tab.discover.tag
        onChosen: value => tab.discover.tag = value
    }
    Row {
        visible: tab.discover.searching
        spacing: Theme.space2
        TypingDots {
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            text: qsTr("Searching the hub…")
            color: Theme.textMuted
            font.pixelSize: Theme.fontSmall
            textFormat: Text.PlainText
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
    ErrorCard {
        objectName: "searchError"
        width: parent.width
        visible: tab.discover.cause !== ""
        tone: "warning"
        cause: tab.discover.cause
        nextStep: tab.discover.nextStep
        actionText: qsTr("Try again")
        onActionRequested: tab.discover.searchHub()
    }
    Text {
        objectName: "nothingOnHub"
        width: parent.width
        visible: tab.discover.searched !== "" && !tab.discover.searching && tab.discover.cause === "" && tab.discover.foundCount === 0
        text: qsTr("The hub has nothing for “%1” that Hearth can use. Try fewer or other words.").arg(tab.discover.searched)
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
    Repeater {
        model: tab.discover
        delegate: OfferCard {
            objectName: "offer"
            width: tab.columnWidth
            onToggled: tab.discover.toggle(entryId)
            onRetried: tab.discover.retry(entryId)
            onCardRequested: tab.cardRequested(entryId)
            onDownloadRequested: variant => tab.discover.download(entryId, variant)
            onUseRequested: id => tab.useRequested(id)
            onDownloadsRequested: tab.downloadsRequested()
        }
    }
    EmptyNote {
        objectName: "nothingInCatalogue"
        width: parent.width
        visible: tab.discover.count === 0 && !tab.discover.searching && tab.discover.searched === ""
        symbol: "search"
        heading: qsTr("No model of the list fits")
        text: field.text.trim() === "" ? qsTr("Choose another kind.") : qsTr("Press Enter to search the hub for it.")
    }
    ErrorCard {
        objectName: "refreshError"
        width: parent.width
        visible: tab.discover.refreshCause !== ""
        tone: "warning"
        cause: tab.discover.refreshCause
        nextStep: tab.discover.refreshNextStep
        actionText: qsTr("Try again")
        onActionRequested: tab.discover.refreshCatalogue()
    }
    Flow {
        width: parent.width
        spacing: Theme.space3
        Text {
            height: tab.discover.canRefresh ? Theme.control : implicitHeight
            text: tab.discover.catalogueText
            color: Theme.textFaint
            font.pixelSize: Theme.fontCaption
            verticalAlignment: Text.AlignVCenter
            textFormat: Text.PlainText
        }
        AppButton {
            objectName: "refreshCatalogue"
            visible: tab.discover.canRefresh
            enabled: !tab.discover.refreshing
            quiet: true
            text: tab.discover.refreshing ? qsTr("Refreshing…") : qsTr("Refresh the list")
            symbol: "retry"
            onClicked: tab.discover.refreshCatalogue()
        }
    }
}
