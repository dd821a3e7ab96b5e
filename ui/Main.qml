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
    readonly property bool dialogOpen: settingsDialog.visible || linkDialog.visible

    function newChat() {
        app.newChat();
        sidebarOverlay = false;
        page.focusComposer();
    }
    function toggleSidebar() {
        if (wide)
            sidebarKept = !sidebarKept;
        else
            sidebarOverlay = !sidebarOverlay;
    }
    function openModelDialog() {
        fileDialog.open();
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
    Component.onCompleted: page.focusComposer()

    Binding {
        target: Theme
        property: "dark"
        value: window.app.settings.dark
    }
    Binding {
        target: Theme
        property: "reducedMotion"
        value: window.app.settings.reducedMotion
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

    Shortcut {
        sequence: "Ctrl+N"
        onActivated: window.newChat()
    }
    Shortcut {
        sequence: "Ctrl+,"
        onActivated: settingsDialog.open()
    }
    Shortcut {
        sequence: "Ctrl+B"
        onActivated: window.toggleSidebar()
    }
    Shortcut {
        sequence: "Ctrl+L"
        onActivated: page.focusComposer()
    }
    Shortcut {
        sequence: "Ctrl+O"
        onActivated: window.openModelDialog()
    }
    Shortcut {
        sequence: "Ctrl+Q"
        onActivated: window.close()
    }
    Shortcut {
        sequence: "F2"
        enabled: !window.dialogOpen
        onActivated: {
            if (!window.sidebarShown)
                window.toggleSidebar();
            sidebar.renameCurrent();
        }
    }
    Shortcut {
        sequence: "Esc"
        enabled: window.app.busy && !window.dialogOpen && !sidebar.renaming
        onActivated: window.app.stop()
    }
    Shortcut {
        sequence: "Esc"
        enabled: window.sidebarOverlay && !window.app.busy && !sidebar.renaming
        onActivated: window.sidebarOverlay = false
    }
    Shortcut {
        sequences: ["PgUp", "Shift+PgUp"]
        onActivated: page.scrollPage(false)
    }
    Shortcut {
        sequences: ["PgDown", "Shift+PgDown"]
        onActivated: page.scrollPage(true)
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
    Sidebar {
        id: sidebar
        objectName: "sidebar"
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
        Behavior on x {
            NumberAnimation {
                duration: Theme.duration
                easing.type: Easing.OutCubic
            }
        }
    }
    UndoToast {
        objectName: "undoToast"
        // Beside the list it speaks of; above the composer when the list is hidden.
        x: window.sidebarShown ? Theme.space2 : page.x + (page.width - width) / 2
        anchors.bottom: parent.bottom
        anchors.bottomMargin: window.sidebarShown ? Theme.header + Theme.space2 : Theme.space12 * 2
        maximumWidth: window.sidebarShown ? Theme.sidebarWidth - Theme.space4 : Theme.panelWidth
        message: window.app.undoText
        onUndoRequested: window.app.undoDelete()
    }
    SettingsDialog {
        id: settingsDialog
        objectName: "settingsDialog"
        app: window.app
        onClosed: page.focusComposer()
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
