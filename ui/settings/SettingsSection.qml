import QtQuick
import Hearth.Ui

// A titled group of settings; those that the search does not want are left out, and the group with the last of them.
Column {
    id: section

    required property string heading
    property string query: ""
    readonly property bool matched: {
        for (let i = 0; i < column.children.length; ++i) {
            if (column.children[i].matched === true)
                return true;
        }
        return false;
    }
    default property alias rows: column.data

    // Every word of the search must be in the group's name or in the setting's own texts.
    function matches(text: string): bool {
        const all = (heading + " " + text).toLowerCase();
        return query.toLowerCase().split(/\s+/).every(word => all.includes(word));
    }

    width: parent ? parent.width : 0
    visible: matched
    spacing: Theme.space3
    Text {
        width: parent.width
        text: section.heading
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        font.weight: Theme.fontMedium
        font.capitalization: Font.AllUppercase
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    Column {
        id: column
        width: parent.width
        spacing: Theme.space5
    }
}
