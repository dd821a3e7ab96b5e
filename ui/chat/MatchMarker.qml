import QtQuick
import Hearth.Ui

// Selects the words of a search inside the message that it led to: a frame around a long answer does not say where they are.
Item {
    id: marker

    property string words: ""
    property TextEdit marked: null

    function clear() {
        if (marked !== null)
            marked.deselect();
        marked = null;
    }
    function textsIn(item: Item, found: var): var {
        if (item instanceof TextEdit)
            found.push(item);
        for (let i = 0; i < item.children.length; ++i) {
            if (item.children[i].visible)
                textsIn(item.children[i], found);
        }
        return found;
    }
    // The words together if they are, else the first of them.
    function find(texts: var, wanted: string): bool {
        for (const edit of texts) {
            const at = wanted === "" ? -1 : edit.getText(0, edit.length).toLowerCase().indexOf(wanted);
            if (at < 0)
                continue;
            edit.select(at, at + wanted.length);
            marked = edit;
            return true;
        }
        return false;
    }
    // Where the words begin, in coordinates of `view`; null if they are not in what the message shows.
    function mark(message: Item, view: Item): var {
        clear();
        const wanted = words.trim().toLowerCase();
        const texts = textsIn(message, []);
        if (!find(texts, wanted) && !find(texts, wanted.split(/\s+/)[0]))
            return null;
        return marked.mapToItem(view, marked.positionToRectangle(marked.selectionStart));
    }

    objectName: "matchMarker"
    onWordsChanged: if (words === "") clear()
}
