import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// Search for adapters on the hub. Nothing goes out before one asks.
// No bound components here: ListView of Qt 6.4 makes header and footer in a context of their own.
FocusScope {
    id: view

    required property AdapterHubModel hub
    required property int columnWidth
    readonly property string note: hub.busy ? qsTr("Asking the hub…")
        : hub.errorCause !== "" ? ""
        : hub.query === "" ? qsTr("Search by words, such as “medical llama lora”, or paste the name or address of a repository. Only then is the hub asked, and only for what you type.")
        : hub.count === 0 ? qsTr("No adapter was found for “%1”.").arg(hub.query) : ""

    function focusSearch() {
        field.forceActiveFocus(Qt.ShortcutFocusReason);
        field.selectAll();
    }
    function scrollPage(down: bool) {
        const high = Math.max(list.originY, list.originY + list.contentHeight - list.height);
        list.contentY = Math.max(list.originY, Math.min(high, list.contentY + (down ? 1 : -1) * list.height * 0.8));
    }

    Row {
        id: bar
        anchors.horizontalCenter: parent.horizontalCenter
        y: Theme.space4
        width: view.columnWidth
        spacing: Theme.space2
        SearchField {
            id: field
            objectName: "adapterSearch"
            width: parent.width - ask.width - parent.spacing
            focus: true
            label: qsTr("Search the hub for adapters")
            placeholderText: qsTr("Search the hub for adapters")
            onAccepted: view.hub.search(text)
        }
        AppButton {
            id: ask
            objectName: "adapterSearchButton"
            text: qsTr("Search")
            enabled: field.text.trim() !== "" && !view.hub.busy
            onClicked: view.hub.search(field.text)
        }
    }
    ListView {
        id: list
        objectName: "hubAdapters"
        anchors.top: bar.bottom
        anchors.topMargin: Theme.space3
        anchors.bottom: parent.bottom
        width: parent.width
        model: view.hub
        currentIndex: -1
        clip: true
        spacing: Theme.space2
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: AppScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Adapters on the hub")
        header: Column {
            x: (list.width - width) / 2
            width: view.columnWidth
            bottomPadding: Theme.space2
            onHeightChanged: if (list.contentY <= 0) Qt.callLater(list.positionViewAtBeginning) // where it would not move by itself
            Text {
                objectName: "hubNote"
                width: parent.width
                visible: text !== ""
                text: view.note
                color: Theme.textMuted
                font.pixelSize: Theme.fontUi
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }
            ErrorCard {
                objectName: "hubError"
                width: parent.width
                visible: view.hub.errorCause !== ""
                cause: view.hub.errorCause
                nextStep: view.hub.errorNextStep
                detail: view.hub.errorDetail
                actionText: qsTr("Try again")
                onActionRequested: view.hub.search(view.hub.query)
            }
        }
        footer: Item {
            width: list.width
            height: Theme.space6
        }
        delegate: HubAdapterCard {
            x: (list.width - width) / 2
            width: view.columnWidth
            onDownloadRequested: view.hub.download(index)
            onChosen: choice => view.hub.choose(index, choice)
        }
        WheelScroller {
            view: list
        }
        FocusKeeper {
            view: list
        }
    }
}
