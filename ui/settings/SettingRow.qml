import QtQuick
import Hearth.Ui

// One setting: title and a short explanation at the left, the control at the right.
Item {
    id: row

    required property string heading
    property string help: ""
    default property alias control: holder.data

    width: parent ? parent.width : 0
    implicitHeight: Math.max(labels.height, holder.childrenRect.height)

    Column {
        id: labels
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - (holder.width > 0 ? holder.width + Theme.space4 : 0)
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
    }
    Item {
        id: holder
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        width: childrenRect.width
        height: childrenRect.height
    }
}
