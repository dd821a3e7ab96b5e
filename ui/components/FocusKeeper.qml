import QtQuick
import Hearth.Ui

// Scrolls a Flickable so that the control with the keyboard focus is in view, wherever the Tab key has led.
Item {
    id: keeper

    required property Flickable view
    readonly property Item focused: Window.activeFocusItem

    signal moved

    function inside(item: Item): bool {
        while (item && item !== view.contentItem)
            item = item.parent;
        return item !== null;
    }
    function reveal(item: Item) {
        const top = item.mapToItem(view.contentItem, 0, 0).y;
        const bottom = top + item.height + Theme.space4;
        const high = Math.max(view.originY, view.originY + view.contentHeight + view.bottomMargin - view.height);
        let y = view.contentY;
        if (bottom > y + view.height)
            y = bottom - view.height;
        if (top - Theme.space4 < y)
            y = top - Theme.space4;
        y = Math.max(view.originY, Math.min(high, y));
        if (y === view.contentY)
            return;
        view.contentY = y;
        moved();
    }

    function follow() {
        if (focused && focused.activeFocusOnTab && focused !== view && inside(focused))
            reveal(focused);
    }

    // Later, because a dialog that has just opened does not know its size yet.
    onFocusedChanged: Qt.callLater(follow)
}
