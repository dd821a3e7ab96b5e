pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// The window: sidebar and pages, dialogs, shortcuts. Logic lives in the view-models.
ApplicationWindow {
    id: window

    required property AppViewModel app
    readonly property bool wide: width >= Theme.sidebarBreak
    property bool sidebarKept: true
    property bool sidebarOverlay: false
    readonly property bool sidebarShown: wide ? sidebarKept : sidebarOverlay
    // What the keys do, by the names of Shortcuts.keys.
    readonly property var actions: ({
            newChat: () => newChat(false),
            newPrivateChat: () => newChat(true),
            searchChats: () => {
                showSidebar();
                sidebar.focusSearch();
            },
            nextChat: () => stepChat(() => app.nextChat()),
            previousChat: () => stepChat(() => app.previousChat()),
            renameChat: () => {
                showSidebar();
                sidebar.renameCurrent();
            },
            deleteChat: () => pages.atChat && app.deleteCurrentChat(),
            undoDelete: () => app.undoText !== "" && app.undoDelete(),
            focusComposer: () => pages.showChat(),
            answerAgain: () => pages.atChat && app.retryLast(),
            copyAnswer: () => app.copyLastAnswer(),
            find: () => pages.atChat ? page.find() : pages.page.find(),
            findNext: () => pages.atChat && page.findStep(true),
            findPrevious: () => pages.atChat && page.findStep(false),
            pageUp: () => (pages.page ?? page).scrollPage(false),
            pageDown: () => (pages.page ?? page).scrollPage(true),
            openModel: () => dialogs.openModel(),
            modelPanel: () => {
                pages.showChat();
                page.openModelPanel();
            },
            adapterPanel: () => {
                pages.showChat();
                page.openAdapterPanel();
            },
            compare: () => app.comparison.possible && pages.startComparison(),
            models: () => showPage("models"),
            adapters: () => showPage("adapters"),
            settings: () => dialogs.openSettings(),
            toggleSidebar: toggleSidebar,
            nextArea: () => focusArea(1),
            previousArea: () => focusArea(-1),
            larger: () => app.settings.fontPercent = Math.min(Theme.fontLargest, app.settings.fontPercent + Theme.fontStep),
            smaller: () => app.settings.fontPercent = Math.max(Theme.fontSmallest, app.settings.fontPercent - Theme.fontStep),
            normalSize: () => app.settings.fontPercent = 100,
            help: () => dialogs.toggleSheet(),
            quit: () => leaving.leave()
        })
    readonly property ChatPage page: pages.chat
    function newChat(hidden: bool) {
        hidden ? app.newPrivateChat() : app.newChat();
        sidebarOverlay = false;
        pages.showChat();
    }
    function showPage(name: string) {
        sidebarOverlay = false;
        pages.show(name);
    }
    function stepChat(step: var) {
        pages.current = "chat";
        step();
    }
    function showSidebar() {
        sidebarShown || toggleSidebar();
    }
    function toggleSidebar() {
        if (sidebarShown && sidebar.activeFocus)
            pages.show(pages.current);
        if (wide)
            sidebarKept = !sidebarKept;
        else
            sidebarOverlay = !sidebarOverlay;
    }
    // Sidebar, the parts of the page, and round again; parts with nothing in them are passed over.
    function focusArea(step: int) {
        pages.focusArea(step, sidebar.activeFocus, () => sidebarShown && sidebar.focusList());
    }
    // What has the focus goes first, then an answer in progress, then what is open.
    function stepBack() {
        if (pages.atChat && page.findFocused)
            page.closeFind();
        else if (sidebar.searching && app.search.query !== "")
            sidebar.clearSearch();
        else if (pages.atChat && app.busy && !sidebar.searching)
            app.stop();
        else if (pages.atChat && page.finding)
            page.closeFind();
        else if (app.search.active)
            sidebar.clearSearch();
        else if (sidebarOverlay || pages.atChat || !pages.page.stepBack()) {
            const closing = sidebarOverlay;
            sidebarOverlay = false;
            pages.show(closing ? pages.current : "chat");
        }
    }

    objectName: "mainWindow"
    readonly property string place: pages.atChat ? app.currentTitle : pages.heading
    title: place === "" ? qsTr("Hearth") : qsTr("%1 — Hearth").arg(place)
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
    onClosing: close => close.accepted = leaving.mayClose()
    Component.onCompleted: page.focusComposer()

    WindowLeaving {
        id: leaving
        app: window.app
        window: window
        onAsked: dialogs.askUnsaved()
    }
    ThemeSettings {
        settings: window.app.settings
    }
    Connections {
        target: window.app
        function onCurrentChatIdChanged() {
            if (!sidebar.activeFocus && pages.atChat)
                page.focusComposer();
        }
        function onPageRequested(name: string) {
            window.showPage(name);
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
        shownPage: pages.current
        onRenameClosed: pages.show(pages.current)
        onCollapseRequested: window.toggleSidebar()
        onSettingsRequested: dialogs.openSettings()
        onPageRequested: name => window.showPage(name)
        onExportRequested: chatId => dialogs.exportChats(chatId)
        onChatOpened: {
            window.sidebarOverlay = false;
            pages.showChat();
        }
        onResultOpened: {
            window.sidebarOverlay = false;
            pages.current = "chat";
            page.focusConversation();
        }
        Behavior on x {
            NumberAnimation {
                duration: Theme.duration
                easing.type: Easing.OutCubic
            }
        }
    }
    PageArea {
        id: pages
        objectName: "pages"
        anchors.fill: parent
        anchors.leftMargin: window.wide ? Math.max(0, sidebar.x + sidebar.width) : 0
        app: window.app
        showSidebarButton: !window.wide || !window.sidebarKept
        onSidebarRequested: window.toggleSidebar()
        onNewChatRequested: window.newChat(false)
        onOpenModelRequested: dialogs.openModel()
        onSettingsRequested: query => dialogs.openSettings(query)
        onUpdateRequested: dialogs.openAbout()
        onLinkRequested: link => dialogs.askLink(link)
        onImportRequested: dialogs.importModels()
        onExportRequested: dialogs.exportChats(window.app.currentChatId)
    }
    FileDrop {
        objectName: "fileDrop"
        z: 3
        anchors.fill: parent
        looking: window.app.opening.looking
        onTaken: urls => window.app.opening.open(pages.atChat ? window.app.composer.takeDropped(urls) : urls)
    }
    Scrim {
        z: 1
        anchors.fill: parent
        shown: window.sidebarOverlay
        onDismissed: window.sidebarOverlay = false
    }
    UndoToast {
        objectName: "undoToast"
        z: 2
        // Beside the list it speaks of; above the composer when the list is hidden.
        x: window.sidebarShown ? Theme.space2 : pages.x + (pages.width - width) / 2
        anchors.bottom: parent.bottom
        anchors.bottomMargin: window.sidebarShown ? sidebar.footHeight + Theme.space2 : (pages.atChat ? page.composerHeight : 0) + Theme.space5
        maximumWidth: window.sidebarShown ? Theme.sidebarWidth - Theme.space4 : Math.min(Theme.panelWidth, pages.width - Theme.space4 * 2)
        message: window.app.undoText
        onUndoRequested: window.app.undoDelete()
    }
    WindowDialogs {
        id: dialogs
        app: window.app
        onPageWanted: name => {
            window.sidebarOverlay = false;
            pages.showOpened(name);
        }
        onCloseAnyway: leaving.leaveAnyway()
    }
}
