import QtQuick
import Hearth.Ui

// Selectable rich text of a block. The only type that renders markup: `markup` comes sanitised from the view-model.
TextEdit {
    id: edit

    property string markup: ""
    // Words in <b> stand out by their colour as well.
    property bool emphasis: false

    signal linkRequested(string link)

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
    onLinkActivated: link => edit.linkRequested(link)

    PolicyMarks {
        target: edit.textDocument
    }
    HoverHandler {
        cursorShape: edit.hoveredLink === "" ? Qt.IBeamCursor : Qt.PointingHandCursor
    }
}
