import QtQuick
import Hearth.Ui

// One setting: title and a short explanation at the left, the control at the right; below the text where there is no room beside it.
Item {
    id: row

    required property SettingsSection group
    required property string heading
    property string help: ""
    // What the present value means, below the explanation.
    property string note: ""
    property bool noteWarns: false
    // The control takes the whole width, under the text.
    property bool below: false
    readonly property bool matched: group.matches(heading + " " + help)
    readonly property bool stacked: below || width - holder.width - Theme.space4 < Theme.fieldWidth
    default property alias control: holder.data

    width: parent ? parent.width : 0
    visible: matched
    implicitHeight: stacked ? labels.height + Theme.space2 + holder.height : Math.max(labels.height, holder.height)

    Column {
        id: labels
        y: row.stacked ? 0 : (row.height - height) / 2
        width: row.stacked ? row.width : row.width - holder.width - Theme.space4
        spacing: Theme.focusWidth
        Text {
            width: parent.width
            text: row.heading
            color: Theme.text
            font.pixelSize: Theme.fontUi
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Text {
            width: parent.width
            visible: text !== ""
            text: row.help
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Text {
            objectName: "settingNote"
            width: parent.width
            visible: text !== ""
            text: row.note
            color: row.noteWarns ? Theme.warning : Theme.textMuted
            font.pixelSize: Theme.fontCaption
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
    Item {
        id: holder
        x: row.stacked ? 0 : row.width - width
        y: row.stacked ? labels.height + Theme.space2 : (row.height - height) / 2
        width: row.below ? row.width : childrenRect.width
        height: childrenRect.height
    }
}
