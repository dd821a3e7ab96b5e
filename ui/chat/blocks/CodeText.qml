import QtQuick
import Hearth.App
import Hearth.Ui

// Selectable lines of code in colours.
TextEdit {
    id: edit

    readonly property alias colouring: colouring
    property alias language: colouring.language
    // The state of the code at the beginning of these lines, see CodeColouring.
    property alias opened: colouring.from

    // A part that may begin before these lines and end behind them; nothing of it may be here.
    function showRange(from: int, to: int) {
        if (to > 0 && from < length)
            select(Math.max(0, from), Math.min(to, length));
        else
            deselect();
    }

    leftPadding: Theme.space4
    rightPadding: Theme.space4
    readOnly: true
    selectByMouse: true
    persistentSelection: true
    textFormat: TextEdit.PlainText
    wrapMode: Theme.wrapCode ? TextEdit.WrapAtWordBoundaryOrAnywhere : TextEdit.NoWrap
    color: Theme.text
    selectionColor: Theme.selection
    selectedTextColor: Theme.selectionText
    font.family: Theme.mono
    font.pixelSize: Theme.fontCode
    Accessible.role: Accessible.StaticText
    Accessible.name: text
    HoverHandler {
        cursorShape: Qt.IBeamCursor
    }
    CodeColouring {
        id: colouring
        target: edit.textDocument
        colours: Theme.codeTones
        active: edit.visible
    }
}
