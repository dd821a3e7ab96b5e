import QtQuick
import Hearth.Ui

// Selectable rich text of a block. The only type that renders markup: `markup` comes sanitised from the view-model.
TextEdit {
    id: edit

    property string markup: ""
    // Words in <b> stand out by their colour as well.
    property bool emphasis: false
    // The part of a selection that reaches over this block, see ConversationSelection.
    property int selectedFrom: -1
    property int selectedTo: -1

    signal linkRequested(string link)

    // A negative beginning: nothing; what is selected otherwise (the words of a search) stays then.
    function showRange(from: int, to: int) {
        const had = selectedFrom >= 0;
        selectedFrom = from;
        selectedTo = to;
        if (from >= 0)
            select(Math.min(from, length), Math.min(to, length));
        else if (had)
            deselect();
    }
    function showAgain() {
        if (selectedFrom >= 0)
            showRange(selectedFrom, selectedTo);
    }
    function placeAt(x: real, y: real): int {
        return positionAt(x, y);
    }

    text: Theme.richText(emphasis ? Theme.emphasised(markup) : markup)
    textFormat: TextEdit.RichText
    readOnly: true
    selectByMouse: true
    persistentSelection: true
    activeFocusOnPress: true
    wrapMode: TextEdit.Wrap
    color: Theme.text
    selectionColor: Theme.selection
    selectedTextColor: Theme.selectionText
    font.pixelSize: Theme.fontBody
    Accessible.role: Accessible.StaticText
    Accessible.name: getText(0, length)
    Accessible.readOnly: true
    // Another text, or the same in other colours, begins with nothing selected.
    onMarkupChanged: Qt.callLater(showAgain)
    onColorChanged: Qt.callLater(showAgain)
    onLinkActivated: link => edit.linkRequested(link)

    PolicyMarks {
        target: edit.textDocument
    }
    HoverHandler {
        cursorShape: edit.hoveredLink === "" ? Qt.IBeamCursor : Qt.PointingHandCursor
    }
}
