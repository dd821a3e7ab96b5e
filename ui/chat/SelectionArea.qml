pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Hearth.App
import Hearth.Ui

// Selecting in the conversation, by mouse and by keys. It lies over the list and takes presses on texts and beside them: a text of its
// own under the pointer could select no further than its end. Presses on controls go through.
MouseArea {
    id: area

    required property ListView list
    // Has the focus when something was pressed, so that the keys come here.
    required property Item reader
    readonly property alias selection: selection
    // The focus came with the mouse: no ring.
    property bool byMouse: false
    property int clicks: 0
    property real pressTime: 0
    property point pressPlace
    property string pressedLink: ""
    // How far the pointer is over the upper (negative) or lower edge.
    readonly property real beyond: mouseY < Theme.space6 ? mouseY - Theme.space6 : Math.max(0, mouseY - height + Theme.space6)

    signal begun
    signal scrollRequested(real distance)
    signal copyRequested(string text)

    // The deepest text at a place of `item`; null: none. A control or a box for text there: undefined, the press is not for us.
    function textAt(item: Item, x: real, y: real): var {
        for (let i = item.children.length - 1; i >= 0; --i) {
            const child = item.children[i];
            const place = child.mapFromItem(item, x, y);
            if (!child.visible || !child.contains(place))
                continue;
            if (child instanceof T.Control)
                return undefined;
            if (child instanceof TextEdit)
                return child instanceof RichBlock || child instanceof CodeText || child.objectName === "questionText" ? child : undefined;
            const found = textAt(child, place.x, place.y);
            if (found !== null)
                return found;
        }
        return null;
    }
    function messageAt(y: real): Item {
        const inside = list.contentY + Math.max(0, Math.min(height - 1, y));
        return list.itemAt(list.width / 2, inside) ?? list.itemAtIndex(inside < list.originY + list.contentHeight ? 0 : list.count - 1);
    }
    // Moves the end of the selection to a place, or begins one there.
    function select(x: real, y: real, unit: int) {
        const message = messageAt(y);
        if (message === null)
            return;
        const place = message.mapFromItem(area, x, Math.max(0, Math.min(height - 1, y)));
        const found = message.placeAt(place.x, place.y);
        if (unit >= 0)
            selection.begin(message.index, found.x, found.y, unit);
        else
            selection.extend(message.index, found.x, found.y);
    }
    // The message that the keys mean: where the selection ends, else that of the focused control, else the one in the middle.
    function currentRow(): int {
        if (selection.active)
            return selection.row;
        for (let item = Window.activeFocusItem; item; item = item.parent)
            if (item.parent === list.contentItem)
                return item.index;
        return messageAt(height / 2)?.index ?? -1;
    }
    function reveal(row: int) {
        list.positionViewAtIndex(row, ListView.Contain);
        scrollRequested(0);
    }
    // Keys that belong to the selection and not to the window's shortcuts.
    function wants(event: var): bool {
        return selection.active && Shortcuts.matches("stop", event);
    }
    function handleKey(event: var): bool {
        byMouse = false;
        if (Shortcuts.matches("selectUp", event) || Shortcuts.matches("selectDown", event)) {
            selection.extendByMessage(Shortcuts.matches("selectUp", event) ? -1 : 1, currentRow());
            reveal(selection.row);
        } else if (event.matches(StandardKey.SelectAll)) {
            selection.selectMore(currentRow());
        } else if (!selection.active) {
            return false;
        } else if (event.matches(StandardKey.Copy)) {
            copyRequested(selection.plainText());
        } else if (Shortcuts.matches("copyMarkdown", event)) {
            copyRequested(selection.markdown());
        } else if (Shortcuts.matches("stop", event)) {
            selection.clear();
        } else if (Shortcuts.matches("listedMenu", event)) {
            menu.row = selection.row;
            menu.popup(area, area.width / 2, area.height / 3);
        } else {
            return false;
        }
        return true;
    }
    // False: nothing of the message is selected, and its own menu is meant.
    function showMenu(message: Item, x: real, y: real): bool {
        if (!selection.touches(message.index))
            return false;
        menu.row = message.index;
        menu.popup(message, x, y);
        return true;
    }

    objectName: "selectionArea"
    anchors.fill: list
    anchors.rightMargin: Theme.scrollBarWidth
    Accessible.ignored: true
    acceptedButtons: Qt.LeftButton
    preventStealing: true
    scrollGestureEnabled: false
    onPressed: mouse => {
        const message = list.itemAt(list.width / 2, list.contentY + mouse.y);
        const inMessage = message === null ? null : message.mapFromItem(area, mouse.x, mouse.y);
        const text = message === null ? undefined : textAt(message, inMessage.x, inMessage.y);
        // A finger scrolls.
        if (text === undefined || mouse.source !== Qt.MouseEventNotSynthesized) {
            mouse.accepted = false;
            return;
        }
        const near = Math.abs(mouse.x - pressPlace.x) + Math.abs(mouse.y - pressPlace.y) < Theme.space2;
        clicks = near && Date.now() - pressTime < Qt.styleHints.mouseDoubleClickInterval ? clicks + 1 : 1;
        pressTime = Date.now();
        pressPlace = Qt.point(mouse.x, mouse.y);
        const inText = text?.mapFromItem(area, mouse.x, mouse.y);
        pressedLink = text && text instanceof RichBlock ? text.linkAt(inText.x, inText.y) : "";
        byMouse = true;
        reader.forceActiveFocus(Qt.MouseFocusReason);
        begun();
        const unit = clicks === 1 ? ConversationSelection.Characters : clicks === 2 ? ConversationSelection.Words : ConversationSelection.Lines;
        select(mouse.x, mouse.y, mouse.modifiers & Qt.ShiftModifier ? -1 : unit);
    }
    onPositionChanged: mouse => {
        if (pressed && (clicks > 1 || Math.abs(mouse.x - pressPlace.x) + Math.abs(mouse.y - pressPlace.y) >= Qt.styleHints.startDragDistance / 2))
            select(mouse.x, mouse.y, -1);
    }
    onReleased: mouse => {
        const message = messageAt(mouse.y);
        if (pressedLink === "" || selection.active || message === null)
            return;
        const place = message.mapFromItem(area, mouse.x, mouse.y);
        const text = textAt(message, place.x, place.y);
        if (text)
            text.linkRequested(pressedLink);
    }

    Connections {
        target: area.reader
        function onActiveFocusChanged() {
            if (!area.reader.activeFocus)
                area.byMouse = false;
        }
    }
    ConversationSelection {
        id: selection
        objectName: "conversationSelection"
        conversation: area.list.model
    }
    // Held at an edge, the pointer brings what lies behind it.
    Timer {
        running: area.pressed && area.beyond !== 0 && selection.active
        interval: Theme.frame
        repeat: true
        onTriggered: {
            area.scrollRequested(Math.max(-Theme.space12, Math.min(Theme.space12, area.beyond / 2)));
            area.select(area.mouseX, area.mouseY, -1);
        }
    }
    SelectionMenu {
        id: menu
        onCopyChosen: area.copyRequested(selection.plainText())
        onCopyMarkdownChosen: area.copyRequested(selection.markdown())
        onMessageChosen: row => selection.selectMessage(row)
        onAllChosen: selection.selectAll()
    }
}
