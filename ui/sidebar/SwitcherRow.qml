import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A chat that the switcher offers, with its folder.
ItemDelegate {
    id: row

    required property int index
    required property string title
    required property string folder
    required property bool archived
    readonly property string shownTitle: title === "" ? qsTr("New chat") : title
    readonly property string place: archived ? qsTr("Archived") : folder

    implicitHeight: Theme.control
    topPadding: 0
    bottomPadding: 0
    leftPadding: Theme.space3
    rightPadding: Theme.space3
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: place === "" ? shownTitle : shownTitle + ", " + place
    Accessible.selected: ListView.isCurrentItem
    contentItem: Item {
        Text {
            anchors.left: parent.left
            anchors.right: where.left
            anchors.rightMargin: Theme.space3
            anchors.verticalCenter: parent.verticalCenter
            text: row.shownTitle
            color: Theme.text
            font.pixelSize: Theme.fontUi
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        Text {
            id: where
            objectName: "switcherFolder"
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, parent.width / 3)
            text: row.place
            color: Theme.textFaint
            font.pixelSize: Theme.fontCaption
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: row.ListView.isCurrentItem ? Theme.selected : row.down ? Theme.pressed : row.hovered ? Theme.hover : "transparent"
    }
}
