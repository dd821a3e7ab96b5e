import QtQuick
import Hearth.App
import Hearth.Ui

// What is shown beside the sidebar: the chat, which is always there, or one of the pages, made when it is first asked for and kept.
// No bound components here: Loader of Qt 6.4 makes them in a context of their own.
Item {
    id: area

    required property AppViewModel app
    property bool showSidebarButton: false
    // "chat", "models", "adapters" or "compare".
    property string current: "chat"
    readonly property bool atChat: current === "chat"
    readonly property alias chat: chatPage
    readonly property ModelsPage models: modelsLoader.item as ModelsPage
    readonly property AdaptersPage adapters: adaptersLoader.item as AdaptersPage
    readonly property ComparePage compare: compareLoader.item as ComparePage
    readonly property var page: current === "models" ? models : current === "adapters" ? adapters : current === "compare" ? compare : null
    readonly property string heading: page ? page.heading : ""

    signal sidebarRequested
    signal newChatRequested
    signal openModelRequested
    signal settingsRequested(string query)
    signal updateRequested
    signal linkRequested(string link)
    signal importRequested
    signal exportRequested

    function show(name: string) {
        if (name !== "chat")
            (name === "models" ? modelsLoader : name === "adapters" ? adaptersLoader : compareLoader).active = true;
        current = name;
        if (atChat)
            chatPage.focusComposer();
        else if (!page.focusContent())
            page.focusHeader();
    }
    function startComparison() {
        if (current !== "compare")
            app.comparison.begin();
        show("compare");
    }
    function showChat() {
        show("chat");
    }
    // Where what was opened or is being imported can be seen. "used": what was imported answers now; whoever has gone elsewhere stays
    // there.
    function showOpened(name: string) {
        if (name === "used" && current !== "models")
            return;
        show(name === "used" ? "chat" : name);
        if (name === "models")
            models.openTab("installed");
        else if (name === "adapters")
            adapters.tab = "installed";
    }
    // Goes through the parts of what is shown; the sidebar comes before them all. `focusSidebar` answers false if it has nothing to focus.
    function focusArea(step: int, inSidebar: bool, focusSidebar: var) {
        const areas = atChat ? [focusSidebar, chatPage.focusConversation, chatPage.focusComposer, chatPage.focusHeader] : [focusSidebar, page.focusContent, page.focusHeader];
        let at = areas.length - 1;
        if (inSidebar)
            at = 0;
        else if (atChat)
            at = chatPage.conversationFocused ? 1 : chatPage.headerFocused ? 3 : 2;
        else if (!page.headerFocused)
            at = 1;
        do
            at = (at + step + areas.length) % areas.length;
        while (areas[at]() === false);
    }

    ChatPage {
        id: chatPage
        anchors.fill: parent
        visible: area.atChat
        app: area.app
        showSidebarButton: area.showSidebarButton
        onSidebarRequested: area.sidebarRequested()
        onNewChatRequested: area.newChatRequested()
        onOpenModelRequested: area.openModelRequested()
        onSettingsRequested: query => area.settingsRequested(query)
        onUpdateRequested: area.updateRequested()
        onLinkRequested: link => area.linkRequested(link)
        onModelsRequested: area.show("models")
        onDiscoverRequested: {
            area.show("models");
            area.models.find();
        }
        onAdaptersRequested: area.show("adapters")
        onCompareRequested: area.startComparison()
        onExportRequested: area.exportRequested()
        onVersionsRequested: area.show("compare")
    }
    Loader {
        id: modelsLoader
        anchors.fill: parent
        active: false
        visible: area.current === "models"
        sourceComponent: ModelsPage {
            objectName: "modelsPage"
            app: area.app
            showSidebarButton: area.showSidebarButton
            onSidebarRequested: area.sidebarRequested()
            onBackRequested: area.showChat()
            onLinkRequested: link => area.linkRequested(link)
            onImportRequested: area.importRequested()
        }
    }
    Loader {
        id: adaptersLoader
        anchors.fill: parent
        active: false
        visible: area.current === "adapters"
        sourceComponent: AdaptersPage {
            objectName: "adaptersPage"
            app: area.app
            showSidebarButton: area.showSidebarButton
            onSidebarRequested: area.sidebarRequested()
            onBackRequested: area.showChat()
            onLinkRequested: link => area.linkRequested(link)
        }
    }
    Loader {
        id: compareLoader
        anchors.fill: parent
        active: false
        visible: area.current === "compare"
        sourceComponent: ComparePage {
            objectName: "comparePage"
            app: area.app
            showSidebarButton: area.showSidebarButton
            onSidebarRequested: area.sidebarRequested()
            onBackRequested: area.showChat()
            onLinkRequested: link => area.linkRequested(link)
            onAdaptersRequested: area.show("adapters")
        }
    }
}
