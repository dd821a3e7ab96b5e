import QtQuick
import Hearth.Ui

// Below the search field: what filters there are while it is empty, what is wrong with those that were typed.
Text {
    id: hint

    // What cannot be followed; empty: nothing.
    property string problem: ""
    // The field has the focus and is empty.
    property bool helping: false
    readonly property string help: qsTr("Narrow it down: %1. Names with spaces stand in quotes.").arg("folder:… model:… adapter:… after:2026-01-31 before:2026-12-31")

    visible: text !== ""
    text: problem !== "" ? problem : helping ? help : ""
    color: problem !== "" ? Theme.warning : Theme.textMuted
    font.pixelSize: Theme.fontCaption
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
    Accessible.role: problem !== "" ? Accessible.AlertMessage : Accessible.StaticText
    Accessible.name: text
}
