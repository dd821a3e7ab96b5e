import QtQuick
import Hearth.Ui

// Selectable lines of code.
TextEdit {
    leftPadding: Theme.space4
    rightPadding: Theme.space4
    readOnly: true
    selectByMouse: true
    persistentSelection: true
    textFormat: TextEdit.PlainText
    wrapMode: TextEdit.NoWrap
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
}
