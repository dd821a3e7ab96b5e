pragma ComponentBehavior: Bound
import QtQuick
import QtQml
import Hearth.App
import Hearth.Ui

// The folders that a chat can be moved to.
AppMenu {
    id: picker

    required property ChatFilingModel filing
    property var chatId: 0
    property var folderId: 0

    signal newRequested(var chatId)

    // `folderId`: where it is now.
    function ask(chatId: var, folderId: var, item: Item) {
        picker.chatId = chatId;
        picker.folderId = folderId;
        popup(item, Theme.space8, item.height);
    }

    Instantiator {
        model: picker.filing.folders
        delegate: AppMenuItem {
            required property var modelData
            readonly property bool here: modelData.folderId === picker.folderId
            objectName: "folder" + modelData.folderId
            text: modelData.name
            symbol: here ? "check" : "folder"
            Accessible.name: here ? qsTr("%1, the chat is there").arg(text) : text
            onTriggered: picker.filing.move(picker.chatId, modelData.folderId)
        }
        onObjectAdded: (index, object) => picker.insertItem(index, object)
        onObjectRemoved: (index, object) => picker.removeItem(object)
    }
    AppMenuItem {
        objectName: "noFolderAction"
        text: qsTr("No folder")
        symbol: "minus"
        enabled: picker.folderId !== 0
        onTriggered: picker.filing.move(picker.chatId, 0)
    }
    AppMenuItem {
        objectName: "addFolderAction"
        text: qsTr("New folder…")
        symbol: "plus"
        onTriggered: picker.newRequested(picker.chatId)
    }
}
