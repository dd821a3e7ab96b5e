import QtQuick
import Hearth.Ui

// The heading of a section in the lists of the sidebar.
Text {
    id: heading

    required property string section

    width: ListView.view.width
    text: section
    height: section === "" ? Theme.space2 : implicitHeight
    leftPadding: Theme.space3
    topPadding: Theme.space4
    bottomPadding: Theme.space1
    color: Theme.textFaint
    font.pixelSize: Theme.fontCaption
    font.weight: Theme.fontMedium
    elide: Text.ElideRight
    textFormat: Text.PlainText
    Accessible.ignored: section === ""
    Accessible.role: Accessible.Heading
    Accessible.name: heading.section
}
