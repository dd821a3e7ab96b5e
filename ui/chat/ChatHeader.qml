import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Title of the chat and the model that answers.
FocusScope {
    id: header

    required property AppViewModel app
    property bool showSidebarButton: false
    // Shares of the width that the model may have, beside the adapters and by itself.
    readonly property real shared: 0.45
    readonly property real alone: 0.6

    signal sidebarRequested
    signal newChatRequested
    signal openModelRequested
    signal settingsRequested
    signal modelsRequested
    signal adaptersRequested
    signal compareRequested
    signal exportRequested
    signal outlineRequested
    signal performanceRequested
    signal chatSettingsRequested

    function focusFirst() {
        (showSidebarButton ? showSidebar : chip).forceActiveFocus(Qt.ShortcutFocusReason);
    }
    function openModelPanel() {
        chip.openPanel();
    }

    function openAdapterPanel() {
        if (adapterChip.visible)
            adapterChip.openPanel();
        else
            adaptersRequested();
    }

    implicitHeight: Theme.header
    Accessible.role: Accessible.ToolBar
    Accessible.name: qsTr("Chat and model")

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: header.showSidebarButton ? Theme.space2 : Theme.space6
        anchors.rightMargin: Theme.space3
        spacing: Theme.space1
        IconButton {
            id: showSidebar
            objectName: "showSidebarButton"
            visible: header.showSidebarButton
            symbol: "sidebar"
            label: qsTr("Show the sidebar")
            shortcutText: Shortcuts.label("toggleSidebar")
            onClicked: header.sidebarRequested()
        }
        IconButton {
            objectName: "headerNewChatButton"
            visible: header.showSidebarButton
            symbol: "new-chat"
            label: qsTr("New chat")
            shortcutText: Shortcuts.label("newChat")
            onClicked: header.newChatRequested()
        }
        Text {
            objectName: "chatTitle"
            Layout.fillWidth: true
            Layout.leftMargin: header.showSidebarButton ? Theme.space2 : 0
            text: header.app.currentTitle === "" ? qsTr("New chat") : header.app.currentTitle
            color: header.app.currentTitle === "" ? Theme.textMuted : Theme.text
            font.pixelSize: Theme.fontBody
            font.weight: Theme.fontMedium
            elide: Text.ElideRight
            textFormat: Text.PlainText
            // The mark alone says nothing.
            opacity: truncated && width < 3 * font.pixelSize ? 0 : 1
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Badge {
            objectName: "privateBadge"
            visible: header.app.privateChat
            text: qsTr("Private")
            tone: "accent"
        }
        IconButton {
            objectName: "headerExportButton"
            // The menu of the chat in the sidebar has it, too.
            visible: header.app.currentChatId > 0 && !header.app.privateChat && header.width >= Theme.pageBreak
            symbol: "export"
            label: qsTr("Export this chat")
            onClicked: header.exportRequested()
        }
        IconButton {
            objectName: "outlineButton"
            // In narrow windows the menu of a message has it.
            visible: header.app.conversation.count > 0 && header.width >= Theme.pageBreak
            symbol: "outline"
            label: qsTr("Outline of the chat")
            shortcutText: Shortcuts.label("outline")
            onClicked: header.outlineRequested()
        }
        IconButton {
            objectName: "chatSettingsButton"
            visible: header.width >= Theme.pageBreak
            symbol: "sliders"
            label: header.app.chatSettings.active ? qsTr("Settings of this chat, some are its own") : qsTr("Settings of this chat")
            shortcutText: Shortcuts.label("chatSettings")
            tint: header.app.chatSettings.active ? Theme.accent : Theme.textMuted
            onClicked: header.chatSettingsRequested()
        }
        IconButton {
            objectName: "performanceButton"
            visible: header.width >= Theme.pageBreak
            symbol: "gauge"
            label: qsTr("Performance of the answer")
            shortcutText: Shortcuts.label("performance")
            onClicked: header.performanceRequested()
        }
        AdapterChip {
            id: adapterChip
            Layout.maximumWidth: header.width * 0.3
            Layout.rightMargin: Theme.space1
            compact: header.width < Theme.sidebarBreak - Theme.space12
            app: header.app
            onAdaptersRequested: header.adaptersRequested()
            onCompareRequested: header.compareRequested()
        }
        ModelChip {
            id: chip
            Layout.maximumWidth: header.width * (adapterChip.visible ? header.shared : header.alone)
            app: header.app
            onOpenModelRequested: header.openModelRequested()
            onSettingsRequested: header.settingsRequested()
            onModelsRequested: header.modelsRequested()
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.border
    }
    Rectangle {
        objectName: "loadProgress"
        anchors.bottom: parent.bottom
        visible: header.app.model.state === "loading"
        width: parent.width * Math.max(0, Math.min(1, header.app.model.progress))
        height: Theme.barThin
        color: Theme.accent
        Behavior on width {
            NumberAnimation {
                duration: Theme.duration
            }
        }
    }
}
