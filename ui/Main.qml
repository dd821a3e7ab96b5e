pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

// The window: sidebar and conversation, dialogs, shortcuts. Logic lives in the view-models.
ApplicationWindow {
    id: window

    required property AppViewModel app
    readonly property bool wide: width >= Theme.sidebarBreak
    property bool sidebarKept: true
    property bool sidebarOverlay: false
    readonly property bool sidebarShown: wide ? sidebarKept : sidebarOverlay
    property bool closeAnyway: false
    // What the keys do, by the names of Shortcuts.keys.
    readonly property var actions: ({
            newChat: newChat,
            searchChats: () => {
                showSidebar();
                sidebar.focusSearch();
            },
            nextChat: () => app.nextChat(),
            previousChat: () => app.previousChat(),
            renameChat: () => {
                showSidebar();
                sidebar.renameCurrent();
            },
            deleteChat: () => app.deleteCurrentChat(),
            undoDelete: () => app.undoText !== "" && app.undoDelete(),
            focusComposer: () => page.focusComposer(),
            answerAgain: () => app.retryLast(),
            copyAnswer: () => app.copyLastAnswer(),
            find: () => page.find(),
            findNext: () => page.findStep(true),
            findPrevious: () => page.findStep(false),
            pageUp: () => page.scrollPage(false),
            pageDown: () => page.scrollPage(true),
            openModel: openModelDialog,
            modelPanel: () => page.openModelPanel(),
            settings: () => settingsDialog.open(),
            toggleSidebar: toggleSidebar,
            nextArea: () => focusArea(1),
            previousArea: () => focusArea(-1),
            larger: () => app.settings.fontPercent = Math.min(Theme.fontLargest, app.settings.fontPercent + Theme.fontStep),
            smaller: () => app.settings.fontPercent = Math.max(Theme.fontSmallest, app.settings.fontPercent - Theme.fontStep),
            normalSize: () => app.settings.fontPercent = 100,
            help: () => sheet.visible ? sheet.close() : sheet.open(),
            quit: () => window.close()
        })

    function newChat() {
        app.newChat();
        sidebarOverlay = false;
        page.focusComposer();
    }
    function showSidebar() {
        if (!sidebarShown)
            toggleSidebar();
    }
    function toggleSidebar() {
        if (sidebarShown && sidebar.activeFocus)
            page.focusComposer();
        if (wide)
            sidebarKept = !sidebarKept;
        else
            sidebarOverlay = !sidebarOverlay;
    }
    function openModelDialog() {
        fileDialog.open();
    }
    // Sidebar, conversation, message box, header, and round again; parts with nothing in them are passed over.
    function focusArea(step: int) {
        const areas = [() => sidebarShown && sidebar.focusList(), page.focusConversation, page.focusComposer, page.focusHeader];
        let at = sidebar.activeFocus ? 0 : page.conversationFocused ? 1 : page.headerFocused ? 3 : 2;
        do
            at = (at + step + areas.length) % areas.length;
        while (areas[at]() === false);
    }
    // What has the focus goes first, then an answer in progress, then what is open.
    function stepBack() {
        if (page.findFocused)
            page.closeFind();
        else if (sidebar.searching && app.search.query !== "")
            sidebar.clearSearch();
        else if (app.busy && !sidebar.searching)
            app.stop();
        else if (page.finding)
            page.closeFind();
        else if (app.search.active)
            sidebar.clearSearch();
        else {
            sidebarOverlay = false;
            page.focusComposer();
        }
    }

    objectName: "mainWindow"
    title: app.currentTitle === "" ? qsTr("Hearth") : qsTr("%1 — Hearth").arg(app.currentTitle)
    width: Theme.windowWidth
    height: Theme.windowHeight
    minimumWidth: Theme.minimumWidth
    minimumHeight: Theme.minimumHeight
    visible: true
    color: Theme.window
    font.pixelSize: Theme.fontUi

    palette.window: Theme.window
    palette.windowText: Theme.text
    palette.base: Theme.surface
    palette.text: Theme.text
    palette.button: Theme.raised
    palette.buttonText: Theme.text
    palette.highlight: Theme.accent
    palette.highlightedText: Theme.accentInk
    palette.mid: Theme.border
    palette.dark: Theme.textMuted
    palette.light: Theme.hover
    palette.midlight: Theme.pressed
    palette.placeholderText: Theme.textFaint

    onWideChanged: sidebarOverlay = false
    onClosing: close => {
        close.accepted = !app.unsaved || closeAnyway;
        if (!close.accepted)
            unsavedDialog.open();
    }
    Component.onCompleted: page.focusComposer()

    ThemeSettings {
        settings: window.app.settings
    }
    Connections {
        target: window.app
        function onRaiseRequested() {
            window.show();
            window.raise();
            window.requestActivate();
        }
        function onCurrentChatIdChanged() {
            if (!sidebar.activeFocus)
                page.focusComposer();
        }
    }

    WindowShortcuts {
        actions: window.actions
    }
    AppShortcut {
        action: "stop"
        enabled: !sidebar.renaming
        onActivated: window.stepBack()
    }
    Sidebar {
        id: sidebar
        objectName: "sidebar"
        z: 2
        x: window.sidebarShown ? 0 : -width
        width: Theme.sidebarWidth
        height: parent.height
        visible: x > -width
        app: window.app
        onRenameClosed: page.focusComposer()
        onCollapseRequested: window.toggleSidebar()
        onSettingsRequested: settingsDialog.open()
        onChatOpened: {
            window.sidebarOverlay = false;
            page.focusComposer();
        }
        onResultOpened: {
            window.sidebarOverlay = false;
            page.focusConversation();
        }
        Behavior on x {
            NumberAnimation {
                duration: Theme.duration
                easing.type: Easing.OutCubic
            }
        }
    }
    ChatPage {
        id: page
        anchors.fill: parent
        anchors.leftMargin: window.wide ? Math.max(0, sidebar.x + sidebar.width) : 0
        app: window.app
        showSidebarButton: !window.wide || !window.sidebarKept
        onSidebarRequested: window.toggleSidebar()
        onNewChatRequested: window.newChat()
        onOpenModelRequested: window.openModelDialog()
        onSettingsRequested: settingsDialog.open()
        onLinkRequested: link => linkDialog.ask(link)
    }
    Rectangle {
        z: 1
        anchors.fill: parent
        visible: opacity > 0
        opacity: window.sidebarOverlay ? 1 : 0
        color: Theme.scrim
        Behavior on opacity {
            NumberAnimation {
                duration: Theme.duration
            }
        }
        TapHandler {
            onTapped: window.sidebarOverlay = false
        }
    }
    UndoToast {
        objectName: "undoToast"
        z: 2
        // Beside the list it speaks of; above the composer when the list is hidden.
        x: window.sidebarShown ? Theme.space2 : page.x + (page.width - width) / 2
        anchors.bottom: parent.bottom
        anchors.bottomMargin: window.sidebarShown ? Theme.control + Theme.space6 : page.composerHeight + Theme.space5
        maximumWidth: window.sidebarShown ? Theme.sidebarWidth - Theme.space4 : Math.min(Theme.panelWidth, page.width - Theme.space4 * 2)
        message: window.app.undoText
        onUndoRequested: window.app.undoDelete()
    }
    SettingsDialog {
        id: settingsDialog
        objectName: "settingsDialog"
        app: window.app
        onShortcutsRequested: sheet.open()
    }
    ShortcutSheet {
        id: sheet
    }
    UnsavedDialog {
        id: unsavedDialog
        app: window.app
        onCloseAnyway: {
            window.closeAnyway = true;
            window.close();
        }
    }
    LinkDialog {
        id: linkDialog
        objectName: "linkDialog"
        onCopyRequested: text => window.app.copyText(text)
    }
    FileDialog {
        id: fileDialog
        title: qsTr("Open a model")
        nameFilters: [qsTr("GGUF models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: window.app.openModelFile(selectedFile)
    }
}
