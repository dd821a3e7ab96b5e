pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Qt.labs.qmlmodels
import Hearth.App
import Hearth.Ui

// The messages. Follows the end of a growing answer until the reader scrolls up, then leaves the position alone.
FocusScope {
    id: view

    required property ConversationModel conversation
    property var markedId: 0
    // What was searched for, selected where a jump leads.
    property alias words: marker.words
    property bool follow: true
    readonly property bool atEnd: list.contentY + list.height >= list.originY + list.contentHeight - Theme.space8
    readonly property var shownMark: markTime.running ? markedId : 0
    property alias busy: menu.busy

    signal copyRequested(string text)
    signal saveRequested(string text, string name)
    signal linkRequested(string link)
    signal retryRequested(var messageId)
    signal versionRequested(var messageId, int step)
    signal compareRequested(var messageId)
    signal editSaved(var messageId)
    signal editCancelled
    // Of the menu of a message, see MessageMenu; "edit" and "copy" happen here.
    signal actionRequested(string action, var messageId)

    function jumpToEnd() {
        wheel.glide.stop();
        list.cancelFlick();
        follow = true;
        stick();
    }
    function stick() {
        if (follow && list.count > 0)
            list.positionViewAtEnd();
    }
    function scrollTo(y: real) {
        const high = Math.max(list.originY, list.originY + list.contentHeight + list.bottomMargin - list.height);
        wheel.glide.stop();
        list.contentY = Math.max(list.originY, Math.min(high, y));
        follow = atEnd;
    }
    function scrollBy(distance: real) {
        scrollTo(list.contentY + distance);
    }
    function page(down: bool) {
        scrollBy((down ? 1 : -1) * list.height * 0.8);
    }
    function toStart() {
        wheel.glide.stop();
        list.positionViewAtBeginning();
        follow = atEnd;
    }
    function focusReader() {
        reader.forceActiveFocus(Qt.ShortcutFocusReason);
    }
    function edit(messageId: var) {
        conversation.startEdit(messageId);
        Qt.callLater(focusEditor, messageId);
    }
    function focusEditor(messageId: var) {
        for (let i = 0; i < list.count; ++i) {
            const item = list.itemAtIndex(i);
            if (item !== null && item.messageId === messageId)
                item.focusEditor();
        }
    }
    function endEdit(messageId: var, save: bool) {
        if (save) {
            view.editSaved(messageId);
            return;
        }
        conversation.cancelEdit(messageId);
        view.editCancelled();
    }
    function act(action: string, messageId: var) {
        if (action === "copy")
            view.copyRequested(conversation.textOf(messageId));
        else if (action === "copyPlain")
            view.copyRequested(selecting.selection.plainTextOf(messageId));
        else if (action === "edit")
            edit(messageId);
        else
            view.actionRequested(action, messageId);
    }
    // Brings a message into view, far away or not, and marks it for a moment.
    function jumpTo(row: int) {
        if (row < 0 || row >= list.count)
            return;
        wheel.glide.stop();
        list.cancelFlick();
        follow = false;
        place(row);
        Qt.callLater(place, row); // the heights above it are estimates until its neighbours are there
        markTime.restart();
    }
    function place(row: int) {
        list.positionViewAtIndex(row, ListView.Contain);
        // Not "item && item.height": as Qt 6.4 compiles it, that crashes when there is no item.
        const fits = (list.itemAtIndex(row)?.height ?? list.height) < list.height;
        list.positionViewAtIndex(row, fits ? ListView.Center : ListView.Beginning);
        const found = list.itemAtIndex(row) === null ? null : marker.mark(list.itemAtIndex(row), list);
        if (found !== null && (found.y < 0 || found.y + found.height > list.height))
            scrollBy(found.y - list.height / 3);
        follow = false;
    }

    Keys.onShortcutOverride: event => event.accepted = selecting.wants(event)
    Keys.onPressed: event => {
        event.accepted = true;
        if (selecting.handleKey(event))
            return;
        if (Shortcuts.matches("lineUp", event))
            scrollBy(-Theme.space12);
        else if (Shortcuts.matches("lineDown", event))
            scrollBy(Theme.space12);
        else if (Shortcuts.matches("toStart", event))
            view.toStart();
        else if (Shortcuts.matches("toEnd", event))
            view.jumpToEnd();
        else
            event.accepted = false;
    }

    Timer {
        id: markTime
        interval: Theme.feedback
    }
    Connections {
        target: view.conversation
        function onModelReset() {
            view.jumpToEnd();
        }
    }

    // Has the focus when the conversation as a whole has it. The list cannot: it would hand it to the button that had it last.
    ConversationReader {
        id: reader
    }
    ListView {
        id: list
        objectName: "conversationList"
        anchors.fill: parent
        model: view.conversation
        currentIndex: -1
        spacing: 0
        clip: true
        cacheBuffer: Theme.cacheBuffer
        boundsBehavior: Flickable.StopAtBounds
        bottomMargin: Theme.space4
        ScrollBar.vertical: AppScrollBar {
            onPressedChanged: view.follow = !pressed && view.atEnd
        }
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Messages")
        delegate: DelegateChooser {
            role: "role"
            DelegateChoice {
                roleValue: "user"
                UserMessage {
                    selection: selecting.selection
                    width: list.width
                    marked: messageId !== 0 && messageId === view.shownMark
                    onCopyRequested: id => view.copyRequested(view.conversation.textOf(id))
                    onVersionRequested: (id, step) => view.versionRequested(id, step)
                    onEditRequested: id => view.edit(id)
                    onEditTyped: (id, text) => view.conversation.setEditText(id, text)
                    onEditFileRemoved: (id, row) => view.conversation.removeEditFile(id, row)
                    onEditEnded: (id, save) => view.endEdit(id, save)
                    onMenuRequested: (x, y) => selecting.showMenu(this, x, y) || menu.show(this, x, y)
                }
            }
            DelegateChoice {
                roleValue: "assistant"
                AnswerMessage {
                    selection: selecting.selection
                    width: list.width
                    marked: messageId !== 0 && messageId === view.shownMark
                    onCopyRequested: text => view.copyRequested(text)
                    onSaveRequested: (text, name) => view.saveRequested(text, name)
                    onCopyAllRequested: id => view.copyRequested(view.conversation.textOf(id))
                    onLinkRequested: link => view.linkRequested(link)
                    onRetryRequested: id => view.retryRequested(id)
                    onVersionRequested: (id, step) => view.versionRequested(id, step)
                    onCompareRequested: id => view.compareRequested(id)
                    onResumeRequested: id => view.actionRequested("resume", id)
                    onEditTyped: (id, text) => view.conversation.setEditText(id, text)
                    onEditEnded: (id, save) => view.endEdit(id, save)
                    onMenuRequested: (x, y) => selecting.showMenu(this, x, y) || menu.show(this, x, y)
                }
            }
        }
        // Growth of the content moves the view only while it follows; only the reader's own movement ends following.
        onContentHeightChanged: if (view.follow) Qt.callLater(view.stick)
        onHeightChanged: if (view.follow) Qt.callLater(view.stick)
        onMovementStarted: view.follow = false
        onMovementEnded: view.follow = view.atEnd

        WheelScroller {
            id: wheel
            view: list
            onScrolled: view.follow = false
            onSettled: view.follow = view.atEnd
        }
    }
    FocusRing {
        shown: reader.activeFocus && !selecting.byMouse
        anchors.margins: 0
        radius: Theme.radiusSmall
    }
    SelectionArea {
        id: selecting
        list: list
        reader: reader
        onBegun: marker.clear()
        onScrollRequested: distance => view.scrollBy(distance)
        onCopyRequested: text => view.copyRequested(text)
    }
    JumpButton {
        id: jump
        objectName: "jumpButton"
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.space3
        shown: !view.follow && !view.atEnd
        onClicked: view.jumpToEnd()
    }
    MatchMarker {
        id: marker
    }
    MessageMenu {
        id: menu
        // Later, when the menu has given the focus back.
        onChosen: (action, messageId) => Qt.callLater(view.act, action, messageId)
    }
    MessageTabs {
        list: list
        before: reader
        after: jump
    }
    FocusKeeper {
        view: list
        onMoved: view.follow = view.atEnd
    }
}
