import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// Pinned chats, folders, the chats by day and the archive.
// No bound components here: ListView of Qt 6.4 makes its section delegates in a context of their own.
ListView {
    id: list

    required property AppViewModel app
    // What is written above a section, see Sidebar.
    required property Component heading
    // Another page is shown in place of the open chat.
    property bool behind: false
    property bool renaming: false

    signal opened
    signal renameClosed
    signal exportRequested(var chatId)

    clip: true
    spacing: 1
    model: app.chats
    boundsBehavior: Flickable.StopAtBounds
    activeFocusOnTab: count > 0
    keyNavigationEnabled: true
    highlightMoveDuration: 0
    ScrollBar.vertical: AppScrollBar {}
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Chats")
    section.property: "section"
    section.delegate: heading
    delegate: ChatRow {
        id: row
        width: ListView.view.width
        filing: list.app.filing
        behind: list.behind
        onRenamingChanged: list.renaming = renaming
        onOpened: {
            list.app.openChat(row.chatId);
            list.opened();
        }
        onRenameClosed: list.renameClosed()
        onRenamed: name => list.app.renameChat(row.chatId, name)
        onDeleted: list.app.deleteChat(row.chatId)
        onExportRequested: list.exportRequested(row.chatId)
        onMoveRequested: picker.ask(row.chatId, row.folderId, row)
        onNewFolderRequested: dialog.ask(0)
    }
    WheelScroller {
        view: list
    }
    FolderPicker {
        id: picker
        objectName: "folderPicker"
        filing: list.app.filing
        onNewRequested: chatId => dialog.ask(chatId)
    }
    ChatFolderDialog {
        id: dialog
        objectName: "folderDialog"
        filing: list.app.filing
    }
    Text {
        anchors.centerIn: parent
        width: parent.width - Theme.space8
        visible: list.count === 0
        text: qsTr("Your chats will appear here. They stay on this computer.")
        color: Theme.textFaint
        font.pixelSize: Theme.fontSmall
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
