import QtQuick
import Hearth.Ui

// Takes files and folders that are dropped anywhere on the window, and says so while they hover above it.
DropArea {
    id: area

    // Files are being looked at, which for large ones takes a while.
    required property bool looking

    signal taken(var urls)

    // Addresses of the web are no files.
    function files(urls: var): var {
        return urls.filter(url => String(url).startsWith("file:"));
    }

    keys: ["text/uri-list"]
    onLookingChanged: note.shown = false
    onEntered: drag => drag.accepted = files(drag.urls).length > 0
    onDropped: drop => {
        const urls = files(drop.urls);
        if (urls.length > 0) {
            drop.accept(Qt.CopyAction);
            taken(urls);
        }
    }
    Rectangle {
        objectName: "dropOverlay"
        anchors.fill: parent
        visible: area.containsDrag
        color: Theme.scrim
        Accessible.role: Accessible.AlertMessage
        Accessible.name: hint.text
        Rectangle {
            anchors.centerIn: parent
            width: Math.min(Theme.panelWidth, parent.width - Theme.space8)
            height: column.height + Theme.space8 * 2
            radius: Theme.radiusCard
            color: Theme.raised
            border.width: Theme.focusWidth
            border.color: Theme.accent
            Column {
                id: column
                x: Theme.space6
                width: parent.width - x * 2
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.space3
                Icon {
                    anchors.horizontalCenter: parent.horizontalCenter
                    symbol: "import"
                    size: Theme.controlSmall
                    color: Theme.accent
                }
                Text {
                    id: hint
                    width: parent.width
                    text: qsTr("Drop to import models or adapters")
                    color: Theme.text
                    font.pixelSize: Theme.fontBody
                    font.weight: Theme.fontMedium
                    horizontalAlignment: Text.AlignHCenter
                    wrapMode: Text.Wrap
                    textFormat: Text.PlainText
                }
                Text {
                    width: parent.width
                    text: qsTr("GGUF files, adapters, and folders with them. In a chat, text files become attachments.")
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontSmall
                    horizontalAlignment: Text.AlignHCenter
                    wrapMode: Text.Wrap
                    textFormat: Text.PlainText
                }
            }
        }
    }
    Rectangle {
        id: note
        property bool shown: false
        objectName: "lookingNote"
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.space8
        width: Math.min(parent.width - Theme.space8, lookingText.implicitWidth + Theme.space4 * 2)
        height: lookingText.height + Theme.space2 * 2
        radius: Theme.radius
        color: Theme.text
        visible: shown && area.looking
        Accessible.role: Accessible.AlertMessage
        Accessible.name: lookingText.text
        Text {
            id: lookingText
            anchors.centerIn: parent
            width: Math.min(implicitWidth, note.width - Theme.space4 * 2)
            text: qsTr("Looking at the files…")
            color: Theme.window
            font.pixelSize: Theme.fontUi
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        Timer {
            interval: Theme.toolTipDelay
            running: area.looking
            onTriggered: note.shown = true
        }
    }
}
