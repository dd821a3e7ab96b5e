import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// New chat and search above, then the list of chats by day or what the search found, and settings below.
// No bound components here: ListView of Qt 6.4 makes its section delegates in a context of their own.
FocusScope {
    id: sidebar

    required property AppViewModel app
    // What is shown beside the sidebar: "chat", "models" or "adapters".
    property string shownPage: "chat"
    property bool renaming: false
    readonly property alias searching: field.activeFocus
    readonly property alias footHeight: foot.height

    signal chatOpened
    signal resultOpened
    signal collapseRequested
    signal renameClosed
    signal settingsRequested
    signal pageRequested(string name)
    signal exportRequested(var chatId)

    // Written here and not in the lists: ListView (Qt 6.4) looks for the word "section" in the scope of its delegate, would find its own
    // group of that name, and leaves the heading as it was when a row moves to another section.
    Component {
        id: sectionHeading
        ListHeading {}
    }
    function focusSearch() {
        field.forceActiveFocus(Qt.ShortcutFocusReason);
        field.selectAll();
    }
    function clearSearch() {
        field.clear();
    }
    // False if there is nothing to focus.
    function focusList(): bool {
        const shown = app.search.active ? results : list;
        if (shown.count === 0)
            return false;
        if (shown === list && !list.activeFocus)
            showCurrent();
        shown.forceActiveFocus(Qt.ShortcutFocusReason);
        return true;
    }
    // The open chat is the list's current row, wherever it is.
    function showCurrent() {
        const row = app.chats.currentRow ?? -1;
        list.currentIndex = Math.max(row, 0);
        if (row >= 0)
            list.positionViewAtIndex(row, ListView.Contain);
    }
    // F2: rename the row that has the focus, anywhere else in the window the open chat.
    function renameCurrent() {
        if (list.activeFocus && list.currentItem?.activeFocus)
            return list.currentItem.startRename();
        clearSearch();
        showCurrent();
        if ((app.chats.currentRow ?? -1) >= 0)
            list.currentItem.startRename();
    }

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Chats")

    Connections {
        target: sidebar.app
        function onCurrentChatIdChanged() {
            Qt.callLater(sidebar.showCurrent);
        }
    }
    Rectangle {
        anchors.fill: parent
        color: Theme.sidebar
    }
    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.header
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space2
            spacing: Theme.space2
            Image {
                source: "qrc:/icons/hearth.svg"
                sourceSize: Qt.size(Theme.space6, Theme.space6)
                Accessible.ignored: true
            }
            Text {
                Layout.fillWidth: true
                text: qsTr("Hearth")
                color: Theme.text
                font.pixelSize: Theme.fontBody
                font.weight: Theme.fontBold
                elide: Text.ElideRight
                textFormat: Text.PlainText
            }
            IconButton {
                objectName: "collapseSidebarButton"
                symbol: "sidebar"
                label: qsTr("Hide the sidebar")
                shortcutText: Shortcuts.label("toggleSidebar")
                onClicked: sidebar.collapseRequested()
            }
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space2
            Layout.rightMargin: Theme.space2
            Layout.topMargin: Theme.space1
            spacing: Theme.space1
            AppButton {
                objectName: "newChatButton"
                Layout.fillWidth: true
                text: qsTr("New chat")
                symbol: "new-chat"
                alignLeft: true
                onClicked: {
                    sidebar.app.newChat();
                    sidebar.chatOpened();
                }
            }
            IconButton {
                objectName: "newPrivateChatButton"
                symbol: "private"
                label: qsTr("New private chat")
                shortcutText: Shortcuts.label("newPrivateChat")
                onClicked: {
                    sidebar.app.newPrivateChat();
                    sidebar.chatOpened();
                }
            }
        }
        SearchField {
            id: field
            objectName: "chatSearch"
            Layout.fillWidth: true
            Layout.margins: Theme.space2
            label: qsTr("Search chats")
            placeholderText: qsTr("Search chats")
            text: sidebar.app.search.query
            Accessible.description: results.count > 0 && results.currentItem ? results.currentItem.Accessible.name : hint.text
            onTextChanged: sidebar.app.search.query = text
            Keys.onDownPressed: results.step(true)
            Keys.onUpPressed: results.step(false)
            Keys.onReturnPressed: results.openCurrent()
            Keys.onEnterPressed: results.openCurrent()
            Connections {
                target: sidebar.app.search
                function onQueryChanged() {
                    if (field.text !== sidebar.app.search.query)
                        field.text = sidebar.app.search.query;
                }
            }
        }
        SearchHint {
            id: hint
            objectName: "searchHint"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space3
            Layout.bottomMargin: Theme.space2
            problem: sidebar.app.search.hint
            helping: field.activeFocus && field.text === ""
        }
        SearchResults {
            id: results
            objectName: "searchResults"
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.leftMargin: Theme.space2
            Layout.rightMargin: Theme.space2
            visible: search.active
            search: sidebar.app.search
            heading: sectionHeading
            onBackToField: field.forceActiveFocus(Qt.BacktabFocusReason)
            onOpened: row => {
                sidebar.app.search.openResult(row);
                sidebar.resultOpened();
            }
        }
        ChatList {
            id: list
            objectName: "chatList"
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.leftMargin: Theme.space2
            Layout.rightMargin: Theme.space2
            visible: !results.visible
            app: sidebar.app
            heading: sectionHeading
            behind: sidebar.shownPage !== "chat"
            onRenamingChanged: sidebar.renaming = renaming
            onOpened: sidebar.chatOpened()
            onRenameClosed: sidebar.renameClosed()
            onExportRequested: chatId => sidebar.exportRequested(chatId)
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: 1
            color: Theme.border
        }
        SidebarFoot {
            id: foot
            Layout.fillWidth: true
            compact: sidebar.height < Theme.sidebarShort
            page: sidebar.shownPage
            progress: sidebar.app.models.downloads.fraction
            progressText: sidebar.app.models.downloads.badge
            onPageRequested: name => sidebar.pageRequested(name)
            onSettingsRequested: sidebar.settingsRequested()
        }
    }
    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.border
    }
}
