import QtQuick
import Hearth.App
import Hearth.Ui

// What can be done with a chat of the list.
AppMenu {
    id: menu

    required property ChatFilingModel filing
    required property var chatId
    required property bool pinned
    required property bool archived
    // Never stored: nothing to keep in order.
    required property bool privateChat

    signal renameRequested
    signal moveRequested
    signal exportRequested
    signal deleteRequested

    AppMenuItem {
        objectName: "renameAction"
        text: qsTr("Rename")
        symbol: "edit"
        shortcutText: Shortcuts.label("renameChat")
        onTriggered: menu.renameRequested()
    }
    AppMenuItem {
        objectName: "pinAction"
        visible: !menu.privateChat
        height: visible ? implicitHeight : 0
        text: menu.pinned ? qsTr("Unpin") : qsTr("Pin")
        symbol: "pin"
        enabled: !menu.archived
        onTriggered: menu.filing.pin(menu.chatId, !menu.pinned)
    }
    AppMenuItem {
        objectName: "moveAction"
        visible: !menu.privateChat
        height: visible ? implicitHeight : 0
        text: qsTr("Move to folder…")
        symbol: "folder"
        onTriggered: menu.moveRequested()
    }
    AppMenuItem {
        objectName: "archiveAction"
        visible: !menu.privateChat
        height: visible ? implicitHeight : 0
        text: menu.archived ? qsTr("Back to the list") : qsTr("Archive")
        symbol: "archive"
        onTriggered: menu.filing.archive(menu.chatId, !menu.archived)
    }
    AppMenuItem {
        objectName: "exportAction"
        visible: !menu.privateChat
        height: visible ? implicitHeight : 0
        text: qsTr("Export…")
        symbol: "export"
        onTriggered: menu.exportRequested()
    }
    AppMenuItem {
        objectName: "deleteAction"
        text: menu.privateChat ? qsTr("Close for good") : qsTr("Delete")
        symbol: menu.privateChat ? "close" : "trash"
        shortcutText: Shortcuts.label("deleteListed")
        dangerous: true
        onTriggered: menu.deleteRequested()
    }
}
