pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// One row of the list. A chat: click opens, double click or F2 renames in place, the menu has the rest. A folder or the archive: click
// shows or hides what is in it.
// The list is one stop of the Tab key; the arrow keys move from row to row.
ItemDelegate {
    id: row

    required property int index
    required property var chatId
    required property string title
    required property bool current
    required property bool busy
    // An answer has ended here that was not seen.
    required property bool unread
    // "chat", "folder" or "archive".
    required property string kind
    required property var folderId
    required property bool pinned
    required property bool archived
    required property bool collapsed
    required property bool inside
    required property int size
    required property ChatFilingModel filing
    readonly property bool isChat: kind === "chat"
    // Never stored.
    required property bool privateChat
    // Another page is shown in place of the open chat.
    property bool behind: false
    property bool renaming: false
    readonly property string shownTitle: title === "" ? qsTr("New chat") : title
    readonly property string spokenGroup: kind === "archive" ? qsTr("Archive, chats: %1").arg(size) : qsTr("Folder %2, chats: %1").arg(size).arg(title)
    readonly property string spokenState: collapsed ? qsTr("closed") : qsTr("open")

    signal opened
    signal renamed(string title)
    signal deleted
    signal exportRequested
    signal moveRequested
    signal newFolderRequested
    signal renameClosed

    function fold() {
        filing.setCollapsed(folderId, !collapsed);
    }
    function activate() {
        isChat ? row.opened() : fold();
    }
    function remove() {
        if (isChat)
            row.deleted();
        else if (kind === "folder")
            filing.removeFolder(folderId);
    }
    function showMenu(item: Item, x: real, y: real) {
        if (kind !== "archive")
            (isChat ? menu : folderMenu).popup(item, x, y);
    }
    function startRename() {
        if (kind === "archive")
            return;
        renaming = true;
        field.text = row.title;
        field.forceActiveFocus();
        field.selectAll();
    }
    function endRename(keep: bool) {
        if (!renaming)
            return;
        renaming = false;
        const name = field.text.trim();
        if (!keep || name === "" || name === row.title)
            return;
        if (isChat)
            row.renamed(name);
        else
            filing.renameFolder(folderId, name);
    }
    // Ended by a key: the focus goes on to where the person was before.
    function finishRename(keep: bool) {
        endRename(keep);
        row.forceActiveFocus();  // the list shall find the row, not its field
        row.renameClosed();
    }

    implicitHeight: Theme.control
    topPadding: 0
    bottomPadding: 0
    leftPadding: isChat ? Theme.space3 + (inside ? Theme.space4 : 0) : Theme.space2
    rightPadding: Theme.space1
    focusPolicy: Qt.NoFocus
    highlighted: current
    Accessible.role: Accessible.ListItem
    Accessible.name: !isChat ? spokenGroup + ", " + spokenState : row.busy ? qsTr("%1, answering").arg(row.shownTitle) : row.unread ? qsTr("%1, new answer").arg(row.shownTitle) : row.shownTitle
    Accessible.selected: row.current
    Accessible.focusable: true
    Accessible.onPressAction: row.activate()
    onActiveFocusChanged: if (activeFocus) ListView.view.currentIndex = index
    onClicked: row.activate()
    onDoubleClicked: isChat ? startRename() : fold()
    Keys.onReturnPressed: row.activate()
    Keys.onEnterPressed: row.activate()
    Keys.onLeftPressed: event => {
        event.accepted = !isChat && !collapsed;
        if (event.accepted)
            fold();
    }
    Keys.onRightPressed: event => {
        event.accepted = !isChat && collapsed;
        if (event.accepted)
            fold();
    }
    Keys.onPressed: event => {
        event.accepted = true;
        if (Shortcuts.matches("renameChat", event))
            row.startRename();
        else if (Shortcuts.matches("deleteListed", event))
            row.remove();
        else if (Shortcuts.matches("listedMenu", event))
            row.showMenu(row, Theme.space8, row.height);
        else
            event.accepted = false;
    }

    contentItem: Item {
        FolderHead {
            anchors.left: parent.left
            anchors.right: tail.left
            height: parent.height
            visible: !row.isChat && !row.renaming
            archive: row.kind === "archive"
            collapsed: row.collapsed
            name: row.title
            size: row.size
        }
        Text {
            anchors.left: parent.left
            anchors.right: tail.left
            anchors.rightMargin: Theme.space1
            anchors.verticalCenter: parent.verticalCenter
            visible: row.isChat && !row.renaming
            text: row.shownTitle
            color: row.current || row.unread ? Theme.text : Theme.textMuted
            font.pixelSize: Theme.fontUi
            font.weight: row.unread ? Theme.fontBold : row.current ? Theme.fontMedium : Font.Normal
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        Item {
            id: tail
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            width: menuButton.visible ? Theme.controlSmall : row.busy || row.unread ? Theme.space4 : 0
            height: Theme.controlSmall
            IconButton {
                id: menuButton
                objectName: "chatMenuButton"
                anchors.right: parent.right
                visible: !row.renaming && row.kind !== "archive" && (row.hovered || row.activeFocus || menu.visible || folderMenu.visible)
                symbol: "more"
                label: qsTr("More for “%1”").arg(row.shownTitle)
                focusPolicy: Qt.NoFocus
                size: Theme.controlSmall
                iconSize: Theme.iconSmall
                onClicked: row.showMenu(menuButton, 0, menuButton.height)
            }
            Rectangle {
                objectName: "chatDot"
                visible: (row.busy || row.unread) && !menuButton.visible && !row.renaming
                anchors.centerIn: parent
                width: Theme.dot
                height: width
                radius: width / 2
                color: Theme.accent
            }
        }
        AppTextField {
            id: field
            objectName: "renameField"
            label: row.isChat ? qsTr("Chat title") : qsTr("Name of the folder")
            visible: row.renaming
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            height: Theme.controlSmall + Theme.space1
            leftPadding: Theme.space2
            maximumLength: 200
            Keys.onReturnPressed: row.finishRename(true)
            Keys.onEnterPressed: row.finishRename(true)
            onActiveFocusChanged: if (!activeFocus) row.endRename(true)
            Keys.onEscapePressed: row.finishRename(false)
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: row.current && !row.behind ? Theme.selected : row.down ? Theme.pressed : row.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: row.activeFocus
            anchors.margins: 0
            radius: Theme.radius
        }
    }
    AppToolTip {
        visible: row.isChat && row.hovered && !menu.visible && !row.renaming && measure.truncated
        text: row.shownTitle
    }
    TextMetrics {
        id: measure
        readonly property bool truncated: width > row.availableWidth - Theme.controlSmall
        font.pixelSize: Theme.fontUi
        text: row.shownTitle
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: point => row.showMenu(row, point.position.x, point.position.y)
    }
    ChatMenu {
        id: menu
        privateChat: row.privateChat
        filing: row.filing
        chatId: row.chatId
        pinned: row.pinned
        archived: row.archived
        onRenameRequested: Qt.callLater(row.startRename)
        onMoveRequested: Qt.callLater(() => row.moveRequested())
        onExportRequested: row.exportRequested()
        onDeleteRequested: row.deleted()
    }
    FolderMenu {
        id: folderMenu
        onRenameRequested: Qt.callLater(row.startRename)
        onNewRequested: row.newFolderRequested()
        onDeleteRequested: row.remove()
    }
}
