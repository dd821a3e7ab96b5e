import QtQuick
import Hearth.Ui

// A row of the conversation: its content sits in the centred reading column.
Item {
    id: item

    default property alias content: column.data
    property alias columnWidth: column.width
    property int topGap: 0

    implicitHeight: topGap + column.height + Theme.space4
    Accessible.role: Accessible.ListItem

    Column {
        id: column
        y: item.topGap
        width: Math.min(Theme.readingWidth, item.width - Theme.space6 * 2)
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.space3
    }
}
