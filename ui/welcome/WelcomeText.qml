import QtQuick
import Hearth.Ui

// A sentence of the first steps.
Text {
    color: Theme.text
    font.pixelSize: Theme.fontUi
    lineHeight: Theme.lineHeight
    visible: text !== ""
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
