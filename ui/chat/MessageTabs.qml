import QtQuick
import Hearth.Ui

// The Tab key inside the conversation: from message to message from top to bottom. By itself it would follow the order in which
// the list made its items, which is another one once the reader has scrolled up.
Item {
    id: tabs

    required property ListView list
    // The stop that stands for the whole conversation, and its last control; what follows that comes after the messages.
    required property Item before
    required property Item after
    readonly property Item focused: Window.activeFocusItem
    readonly property Item message: messageOf(focused)

    function messageOf(item: Item): Item {
        while (item && item.parent !== list.contentItem)
            item = item.parent;
        return item;
    }
    // The first or last control of a message, null if it has none.
    function controlIn(target: Item, first: bool): Item {
        let found = null;
        let item = target ? target.nextItemInFocusChain(true) : null;
        for (const start = item; item && messageOf(item) === target; item = item.nextItemInFocusChain(true)) {
            if (found && item === start)
                break;
            found = item;
            if (first)
                break;
        }
        return found;
    }
    function controlBeside(row: int, forward: bool): Item {
        for (let i = row; i >= 0 && i < list.count; i += forward ? 1 : -1) {
            if (!list.itemAtIndex(i))
                list.positionViewAtIndex(i, ListView.Contain);
            const control = controlIn(list.itemAtIndex(i), forward);
            if (control)
                return control;
        }
        if (!forward)
            return before;
        return after.visible ? after : after.nextItemInFocusChain(true);
    }
    function step(forward: bool) {
        const reason = forward ? Qt.TabFocusReason : Qt.BacktabFocusReason;
        const next = focused.nextItemInFocusChain(forward);
        let goal = next;
        if (message && messageOf(next) !== message)
            goal = controlBeside(message.index + (forward ? 1 : -1), forward);
        else if (focused === before && forward)
            goal = controlBeside(Math.max(0, list.indexAt(list.width / 2, list.contentY + 1)), true);
        else if (focused === after && !forward)
            goal = controlBeside(list.count - 1, false);
        goal.forceActiveFocus(reason);
    }

    AppShortcut {
        action: "nextControl"
        enabled: tabs.message !== null || tabs.focused === tabs.before || tabs.focused === tabs.after
        onActivated: tabs.step(true)
    }
    AppShortcut {
        action: "previousControl"
        enabled: tabs.message !== null || tabs.focused === tabs.after
        onActivated: tabs.step(false)
    }
}
