import QtQuick
import Hearth.Ui

// What can be done with a folder of the list.
AppMenu {
    id: menu

    signal renameRequested
    signal newRequested
    signal deleteRequested

    AppMenuItem {
        objectName: "renameFolderAction"
        text: qsTr("Rename")
        symbol: "edit"
        shortcutText: Shortcuts.label("renameChat")
        onTriggered: menu.renameRequested()
    }
    AppMenuItem {
        objectName: "newFolderAction"
        text: qsTr("New folder…")
        symbol: "plus"
        onTriggered: menu.newRequested()
    }
    AppMenuItem {
        objectName: "deleteFolderAction"
        text: qsTr("Delete, keep the chats")
        symbol: "trash"
        shortcutText: Shortcuts.label("deleteListed")
        dangerous: true
        onTriggered: menu.deleteRequested()
    }
}
