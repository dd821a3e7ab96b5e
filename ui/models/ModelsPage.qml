import QtQuick
import Hearth.App
import Hearth.Ui

// Models on this computer, models to download, and downloads.
PageFrame {
    id: page

    property string tab: "installed"
    readonly property ModelsViewModel models: app.models
    readonly property var shown: tab === "discover" ? discover : tab === "downloads" ? downloads : installed

    signal importRequested

    function openTab(name: string) {
        tab = name;
    }
    function focusContent(): bool {
        return shown.focusFirst() || focusTabs();
    }
    function focusTabs(): bool {
        tabs.focusChosen();
        return true;
    }
    function stepBack(): bool {
        return tab === "discover" && discover.stepBack();
    }
    function find() {
        tab = "discover";
        discover.focusFirst();
    }
    function scrollPage(down: bool) {
        shown.page(down);
    }

    heading: qsTr("Models")
    onVisibleChanged: if (visible) models.refreshFits()

    Segmented {
        id: tabs
        objectName: "modelTabs"
        x: (parent.width - page.columnWidth) / 2
        y: Theme.space3
        maximumWidth: page.columnWidth
        label: qsTr("Parts of the page")
        options: [
            {
                value: "installed",
                text: qsTr("Installed"),
                badge: page.models.installed.count > 0 ? String(page.models.installed.count) : ""
            },
            {
                value: "discover",
                text: qsTr("Discover"),
                badge: ""
            },
            {
                value: "downloads",
                text: qsTr("Downloads"),
                badge: page.models.downloads.openCount > 0 ? String(page.models.downloads.openCount) : ""
            }
        ]
        value: page.tab
        onChosen: value => page.tab = value
    }
    Item {
        id: stage
        anchors.top: tabs.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        InstalledTab {
            id: installed
            objectName: "installedTab"
            anchors.fill: parent
            visible: page.tab === "installed"
            columnWidth: page.columnWidth
            models: page.models
            onWanted: (what, id, name) => dialogs.act(what, id, name)
            onImportRequested: page.importRequested()
        }
        DiscoverTab {
            id: discover
            objectName: "discoverTab"
            anchors.fill: parent
            visible: page.tab === "discover"
            columnWidth: page.columnWidth
            models: page.models
            onUseRequested: id => page.models.use(id)
            onCardRequested: entryId => dialogs.showCard(entryId)
            onDownloadsRequested: page.tab = "downloads"
        }
        DownloadsTab {
            id: downloads
            objectName: "downloadsTab"
            anchors.fill: parent
            visible: page.tab === "downloads"
            columnWidth: page.columnWidth
            models: page.models
            onUseRequested: id => page.models.useDownload(id)
            onFolderRequested: id => page.models.showDownloadInFolder(id)
        }
    }
    ModelDialogs {
        id: dialogs
        app: page.app
        onLinkRequested: link => page.linkRequested(link)
        onJobStarted: installed.contentY = 0
    }
}
