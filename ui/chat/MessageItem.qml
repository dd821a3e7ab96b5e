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
    property int bottomGap: Theme.space4
    property alias spacing: column.spacing
    // A search led here: a frame that fades once it is no longer wanted.
    property bool marked: false

    // A place inside this item where a menu belongs.
    signal menuRequested(real x, real y)

    implicitHeight: column.y + column.height + bottomGap
    Accessible.role: Accessible.ListItem
    Keys.onPressed: event => {
        event.accepted = Shortcuts.matches("listedMenu", event);
        if (event.accepted)
            item.menuRequested(column.x + column.width / 2, column.y);
    }

    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: point => item.menuRequested(point.position.x, point.position.y)
    }

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
    // The model begins to read here.
    Loader {
        id: begins
        y: item.index === 0 ? 0 : Theme.space4
        width: column.width
        anchors.horizontalCenter: parent.horizontalCenter
        active: item.index > 0 && ContextNotes.unread > 0 && ContextNotes.firstRead === item.messageId
        sourceComponent: ContextLine {}
    }
    Column {
        id: column
        y: item.topGap + (begins.item === null ? 0 : begins.y + begins.height)
        width: Math.min(Theme.readingWidth, item.width - Theme.space6 * 2)
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.space3
    }
}
