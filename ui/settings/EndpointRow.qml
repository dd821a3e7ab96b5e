import QtQuick
import Hearth.Ui

// One endpoint of the list.
Card {
    id: row

    required property var modelData
    required property int index
    property bool last: false

    signal moved(int step)
    signal switched(bool on)

    // Gives the focus to a control; at the end of the list to its neighbour.
    function take(part: string) {
        const wanted = part === "switch" ? toggle : part === "up" ? (up.enabled ? up : down) : (down.enabled ? down : up);
        wanted.forceActiveFocus(Qt.TabFocusReason);
    }

    objectName: "endpoint-" + modelData.name
    implicitHeight: Math.max(texts.height, controls.height) + Theme.space3 * 2

    Column {
        id: texts
        x: Theme.space3
        anchors.verticalCenter: parent.verticalCenter
        width: row.width - controls.width - Theme.space3 * 3
        Text {
            width: parent.width
            text: row.modelData.text
            color: Theme.text
            font.pixelSize: Theme.fontUi
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Text {
            width: parent.width
            text: row.modelData.on && row.modelData.needsAddress ? qsTr("It is skipped until it has an address.") : row.modelData.note
            color: row.modelData.on && row.modelData.needsAddress ? Theme.warning : Theme.textMuted
            font.pixelSize: Theme.fontCaption
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
    }
    Row {
        id: controls
        anchors.right: parent.right
        anchors.rightMargin: Theme.space3
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.space1
        IconButton {
            id: up
            objectName: "up"
            symbol: "chevron-up"
            label: qsTr("Move %1 up").arg(row.modelData.text)
            enabled: row.index > 0
            onClicked: row.moved(-1)
        }
        IconButton {
            id: down
            objectName: "down"
            symbol: "chevron-down"
            label: qsTr("Move %1 down").arg(row.modelData.text)
            enabled: !row.last
            onClicked: row.moved(1)
        }
        AppSwitch {
            id: toggle
            objectName: "switch"
            anchors.verticalCenter: parent.verticalCenter
            label: qsTr("Use %1").arg(row.modelData.text)
            checked: row.modelData.on
            Accessible.description: row.modelData.note
            onToggled: row.switched(checked)
        }
    }
}
