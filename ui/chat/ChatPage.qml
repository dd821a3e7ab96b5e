pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// The conversation: header, find bar, notices, messages or the empty state, composer.
Rectangle {
    id: page

    required property AppViewModel app
    property alias showSidebarButton: header.showSidebarButton
    readonly property bool empty: app.conversation.count === 0
    // What a panel at the side takes of the width; narrow windows have it over the conversation.
    readonly property int side: panels.opened && width >= Theme.pageBreak + Theme.panelWidth ? panels.panelWidth + Theme.space2 : 0
    readonly property int columnWidth: Math.min(Theme.readingWidth, width - side - Theme.space6 * 2)
    readonly property alias finding: findBar.open
    readonly property alias findFocused: findBar.activeFocus
    readonly property alias headerFocused: header.activeFocus
    readonly property alias composerHeight: composer.height
    readonly property alias composerFocused: composer.activeFocus
    readonly property alias conversationFocused: conversation.activeFocus

    signal sidebarRequested
    signal newChatRequested
    signal openModelRequested
    signal settingsRequested(string query)
    signal updateRequested
    signal modelsRequested
    signal discoverRequested
    signal adaptersRequested
    signal compareRequested
    signal exportRequested
    signal versionsRequested
    signal linkRequested(string link)

    function focusComposer() {
        composer.focusInput();
    }
    function focusHeader() {
        header.focusFirst();
    }
    // False if there is nothing to read.
    function focusConversation(): bool {
        if (!empty)
            conversation.focusReader();
        return !empty;
    }
    function scrollPage(down: bool) {
        conversation.page(down);
    }
    function openAdapterPanel() {
        header.openAdapterPanel();
    }
    function openModelPanel() {
        header.openModelPanel();
    }
    function find() {
        if (!empty)
            findBar.start();
    }
    function findStep(forward: bool) {
        if (!empty)
            findBar.step(forward);
    }
    function closeFind() {
        findBar.close();
    }

    function withLastQuestion(act: var) {
        if (app.conversation.lastQuestion() !== 0)
            act(app.conversation.lastQuestion());
    }
    // What the menu of a message asks for.
    function act(action: string, messageId: var) {
        if (action === "retry")
            app.retry(messageId);
        else if (action === "retryWith")
            again.ask(messageId);
        else if (action === "resume")
            app.resume(messageId);
        else if (action === "branch")
            app.branchFrom(messageId);
        else if (action === "outline")
            outline.open();
        else if (action === "delete")
            app.deleteMessage(messageId);
    }

    Binding {
        target: Policy
        property: "marks"
        value: page.app.policy.marks
    }
    color: Theme.window
    onEmptyChanged: if (empty) findBar.close()

    Connections {
        target: page.app
        function onJumpRequested(row) {
            conversation.jumpTo(row);
        }
    }
    // Speaks for streamed answers: its accessibility events carry their sentences.
    Item {
        objectName: "announcer"
        Accessible.role: Accessible.StaticText
        Accessible.name: qsTr("Answer")
    }
    ChatHeader {
        id: header
        width: parent.width
        app: page.app
        onSidebarRequested: page.sidebarRequested()
        onNewChatRequested: page.newChatRequested()
        onOpenModelRequested: page.openModelRequested()
        onSettingsRequested: page.settingsRequested("")
        onModelsRequested: page.modelsRequested()
        onAdaptersRequested: page.adaptersRequested()
        onCompareRequested: page.compareRequested()
        onExportRequested: page.exportRequested()
        onOutlineRequested: outline.open()
        onPerformanceRequested: panels.togglePerformance()
        onChatSettingsRequested: panels.toggleSettings()
    }
    SidePanels {
        id: panels
        anchors.top: header.bottom
        width: parent.width
        app: page.app
        onClosed: page.focusComposer()
    }
    AnswerWithDialog {
        id: again
        app: page.app
    }
    OutlinePanel {
        id: outline
        outline: page.app.outline
        onMessageShown: page.focusConversation()
    }
    ChatShortcuts {
        enabled: page.visible
        onUndoRequested: page.app.undo()
        onEditRequested: page.withLastQuestion(id => conversation.edit(id))
        onResumeRequested: page.app.resumeLast()
        onRetryWithRequested: page.withLastQuestion(id => again.ask(id))
        onOutlineRequested: if (!page.empty) outline.open()
        onPerformanceRequested: panels.togglePerformance()
        onChatSettingsRequested: panels.toggleSettings()
    }
    PrivateNote {
        id: privateNote
        anchors.top: header.bottom
        anchors.topMargin: visible ? Theme.space2 : 0
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.horizontalCenterOffset: -page.side / 2
        width: page.columnWidth
        height: implicitHeight
        visible: page.app.privateChat
        onCloseRequested: page.app.deleteCurrentChat()
    }
    FindBar {
        id: findBar
        anchors.top: privateNote.bottom
        width: parent.width
        finder: page.app.finder
        columnWidth: page.columnWidth
        onClosed: page.focusComposer()
    }
    PageNotices {
        id: notices
        anchors.top: findBar.bottom
        anchors.topMargin: visible ? Theme.space3 : 0
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.horizontalCenterOffset: -page.side / 2
        width: page.columnWidth
        height: Math.min(implicitHeight, (composer.y - findBar.y - findBar.height) * 0.75)
        app: page.app
        onOpenModelRequested: page.openModelRequested()
        onUpdateRequested: page.updateRequested()
    }
    Item {
        id: stage
        anchors.top: notices.visible ? notices.bottom : findBar.bottom
        anchors.topMargin: notices.visible ? Theme.space3 : 0
        anchors.bottom: refusal.top
        anchors.bottomMargin: Theme.space2
        width: parent.width - page.side
        ConversationView {
            id: conversation
            anchors.fill: parent
            visible: !page.empty
            conversation: page.app.conversation
            markedId: page.app.markedMessageId
            words: page.finding ? page.app.finder.query : page.app.search.query
            onCopyRequested: text => page.app.copyText(text)
            onSaveRequested: (text, name) => saving.ask(text, name)
            onLinkRequested: link => page.linkRequested(link)
            busy: page.app.busy || page.app.queuedCount > 0
            onEditSaved: id => {
                page.app.saveEdit(id);
                page.focusComposer();
            }
            onEditCancelled: page.focusConversation()
            onActionRequested: (action, id) => page.act(action, id)
            onRetryRequested: id => page.app.retry(id)
            onVersionRequested: (id, step) => page.app.showVersion(id, step)
            onCompareRequested: id => {
                page.app.comparison.showVersions(id);
                page.versionsRequested();
            }
        }
        EmptyState {
            objectName: "emptyState"
            anchors.fill: parent
            visible: page.empty
            app: page.app
            onSuggested: text => {
                page.app.send(text);
                composer.focusInput();
            }
            onDiscoverRequested: page.discoverRequested()
        }
    }
    SaveTextDialog {
        id: saving
        app: page.app
    }
    PolicyNote {
        id: refusal
        anchors.bottom: composer.top
        anchors.bottomMargin: visible ? Theme.space2 : 0
        anchors.horizontalCenter: composer.horizontalCenter
        width: page.columnWidth
        height: implicitHeight
        text: page.app.policy.note
        onDismissed: page.app.policy.dismissNote()
    }
    Composer {
        id: composer
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.space2
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.horizontalCenterOffset: -page.side / 2
        width: page.columnWidth
        app: page.app
        onSent: conversation.jumpToEnd()
        onSettingsRequested: query => page.settingsRequested(query)
    }
}
