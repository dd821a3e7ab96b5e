import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// One message of the outline: a mark when it is shown, its first line, and which version it is.
ItemDelegate {
    id: row

    required property int index
    required property string role
    required property string line
    required property int depth
    required property bool shown
    required property int versionIndex
    required property int versionCount
    property bool chosen: false
    readonly property bool question: role === "user"
    readonly property string spoken: line === "" ? qsTr("(no text)") : line

    // Deeper trees are not indented further, so that there is room for words.
    readonly property int deepest: 8

    signal opened(int row)

    implicitHeight: Theme.controlSmall + Theme.space1
    padding: 0
    leftPadding: Theme.space6 + Math.min(depth, deepest) * Theme.space4
    rightPadding: Theme.space6
    focusPolicy: Qt.NoFocus
    onClicked: row.opened(row.index)
    Accessible.role: Accessible.ListItem
    Accessible.name: {
        const what = question ? qsTr("Question: %1").arg(spoken) : qsTr("Answer: %1").arg(spoken);
        return versionCount > 1 ? qsTr("%1, version %2 of %3").arg(what).arg(versionIndex).arg(versionCount) : what;
    }
    Accessible.selected: shown
    Accessible.focusable: true
    Accessible.onPressAction: row.opened(row.index)

    contentItem: Item {
        Rectangle {
            id: mark
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.dot
            height: width
            radius: width / 2
            color: row.shown ? Theme.accent : "transparent"
            border.width: 1
            border.color: row.shown ? Theme.accent : Theme.borderStrong
        }
        Text {
            anchors.left: mark.right
            anchors.leftMargin: Theme.space3
            anchors.right: version.left
            anchors.rightMargin: Theme.space2
            anchors.verticalCenter: parent.verticalCenter
            text: row.spoken
            color: row.shown ? Theme.text : Theme.textMuted
            font.pixelSize: Theme.fontUi
            font.weight: row.question ? Theme.fontMedium : Font.Normal
            elide: Text.ElideRight
            maximumLineCount: 1
            textFormat: Text.PlainText
        }
        Text {
            id: version
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            text: row.versionCount > 1 ? qsTr("%1 / %2").arg(row.versionIndex).arg(row.versionCount) : ""
            color: Theme.textFaint
            font.pixelSize: Theme.fontCaption
            textFormat: Text.PlainText
        }
    }
    background: Rectangle {
        color: row.chosen ? Theme.selected : row.hovered ? Theme.hover : "transparent"
    }
}
