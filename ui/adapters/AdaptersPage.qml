pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

// Adapters on this computer, and those that can be fetched.
PageFrame {
    id: page

    // "installed" or "hub".
    property string tab: "installed"
    readonly property bool atHub: tab === "hub"

    function focusContent(): bool {
        atHub ? hub.focusSearch() : installed.focusFirst();
        return true;
    }
    function stepBack(): bool {
        return false;
    }
    function find() {
        tab = "hub";
        hub.focusSearch();
    }
    function scrollPage(down: bool) {
        (atHub ? hub : installed).scrollPage(down);
    }

    heading: qsTr("Adapters")
    tools: [
        Segmented {
            objectName: "adapterTabs"
            visible: !page.narrow
            label: qsTr("Adapters")
            options: tabs.options
            value: page.tab
            onChosen: value => page.tab = value
        },
        IconButton {
            id: importButton
            objectName: "importAdapter"
            symbol: "import"
            label: qsTr("Import an adapter")
            onClicked: importMenu.popup(importButton, 0, importButton.height)
        }
    ]

    AppMenu {
        id: importMenu
        objectName: "importMenu"
        width: Theme.menuWidth + Theme.space12
        AppMenuItem {
            objectName: "importAdapterFile"
            text: qsTr("A file…")
            symbol: "adapters"
            onTriggered: fileDialog.open()
        }
        AppMenuItem {
            objectName: "importAdapterFolder"
            text: qsTr("A folder (PEFT)…")
            symbol: "folder"
            onTriggered: folderDialog.open()
        }
    }
    // Under the header where it has no room for them.
    Segmented {
        id: tabs
        x: page.width / 2 - width / 2
        y: Theme.space2
        visible: page.narrow
        label: qsTr("Adapters")
        options: [
            {
                value: "installed",
                text: qsTr("On this computer")
            },
            {
                value: "hub",
                text: qsTr("Get adapters")
            }
        ]
        value: page.tab
        onChosen: value => page.tab = value
    }
    InstalledAdapters {
        id: installed
        anchors.fill: parent
        anchors.topMargin: tabs.visible ? tabs.y + tabs.height : 0
        visible: !page.atHub
        app: page.app
        columnWidth: page.columnWidth
        onEditRequested: adapter => editDialog.edit(adapter)
        onMergeRequested: adapter => mergeDialog.begin(adapter)
        onRemoveRequested: adapter => removeDialog.ask(adapter)
        onImportRequested: fileDialog.open()
        onHubRequested: page.find()
    }
    AdapterHub {
        id: hub
        anchors.fill: parent
        anchors.topMargin: installed.anchors.topMargin
        visible: page.atHub
        hub: page.app.adapters.hub
        columnWidth: page.columnWidth
    }
    AdapterEditDialog {
        id: editDialog
        objectName: "adapterEditDialog"
        adapters: page.app.adapters
    }
    AdapterMergeDialog {
        id: mergeDialog
        objectName: "adapterMergeDialog"
        adapters: page.app.adapters
    }
    AdapterRemoveDialog {
        id: removeDialog
        objectName: "adapterRemoveDialog"
        adapters: page.app.adapters
    }
    FileDialog {
        id: fileDialog
        title: qsTr("Import an adapter")
        nameFilters: [qsTr("Adapters (*.gguf *.safetensors)"), qsTr("All files (*)")]
        fileMode: FileDialog.OpenFiles
        onAccepted: page.app.adapters.importFiles(selectedFiles)
    }
    FolderDialog {
        id: folderDialog
        title: qsTr("Import the folder of an adapter")
        onAccepted: page.app.adapters.importFiles([selectedFolder])
    }
}
