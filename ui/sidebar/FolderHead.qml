pragma ComponentBehavior: Bound
import QtQuick
import Hearth.Ui

// A folder or the archive in the list: whether it is open, its name, how many chats are in it.
Item {
    id: head

    property bool archive: false
    property bool collapsed: false
    property string name: ""
    property int size: 0

    Icon {
        id: arrow
        anchors.verticalCenter: parent.verticalCenter
        symbol: head.collapsed ? "chevron-right" : "chevron-down"
        size: Theme.iconSmall
        color: Theme.textFaint
    }
    Icon {
        id: picture
        anchors.verticalCenter: parent.verticalCenter
        anchors.left: arrow.right
        anchors.leftMargin: Theme.space1
        symbol: head.archive ? "archive" : "folder"
        size: Theme.iconSmall
        color: Theme.textMuted
    }
    Text {
        anchors.left: picture.right
        anchors.leftMargin: Theme.space2
        anchors.right: number.left
        anchors.rightMargin: Theme.space2
        anchors.verticalCenter: parent.verticalCenter
        text: head.name
        color: Theme.textMuted
        font.pixelSize: Theme.fontUi
        elide: Text.ElideRight
        textFormat: Text.PlainText
    }
    Text {
        id: number
        anchors.right: parent.right
        anchors.rightMargin: Theme.space1
        anchors.verticalCenter: parent.verticalCenter
        text: head.size
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        textFormat: Text.PlainText
    }
}
