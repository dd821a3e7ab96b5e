import QtQuick
import Hearth.Ui

// A row of the conversation: its content sits in the centred reading column.
Item {
    id: item

    required property int index
    required property var messageId
    default property alias content: column.data
    property alias columnWidth: column.width
    property int topGap: 0
    // A search led here: a frame that fades once it is no longer wanted.
    property bool marked: false

    implicitHeight: topGap + column.height + Theme.space4
    Accessible.role: Accessible.ListItem

    Rectangle {
        objectName: "mark"
        anchors.fill: column
        anchors.margins: -Theme.space2
        visible: opacity > 0
        opacity: item.marked ? 1 : 0
        radius: Theme.radiusLarge
        color: Theme.accentSoft
        border.width: 1
        border.color: Theme.accent
        Behavior on opacity {
            NumberAnimation {
                duration: item.marked ? Theme.durationFast : Theme.durationFade
            }
        }
    }
    Column {
        id: column
        y: item.topGap
        width: Math.min(Theme.readingWidth, item.width - Theme.space6 * 2)
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.space3
    }
}
