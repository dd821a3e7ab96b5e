import QtQuick
import Hearth.Ui

// A file that can be imported: its name, and what is known of it.
Column {
    id: item

    required property string name
    required property string about

    Accessible.role: Accessible.StaticText
    Accessible.name: about === "" ? name : name + ", " + about
    Text {
        objectName: "importName"
        width: parent.width
        text: item.name
        color: Theme.text
        font.pixelSize: Theme.fontUi
        wrapMode: Text.WrapAnywhere
        textFormat: Text.PlainText
    }
    Text {
        objectName: "importAbout"
        width: parent.width
        visible: text !== ""
        text: item.about
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
