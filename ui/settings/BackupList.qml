pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// The backups that Hearth has made, newest first, each with a button that restores it.
Column {
    id: list

    required property BackupsModel backups

    signal restoreRequested(string file, string time)

    spacing: Theme.space2
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Backups")
    Component.onCompleted: backups.refresh()
    onVisibleChanged: if (visible) backups.refresh()

    Repeater {
        model: list.backups.items
        Card {
            id: card
            required property var modelData
            readonly property bool stacked: width - restore.width < Theme.fieldWidth
            objectName: "backupRow"
            width: list.width
            implicitHeight: (stacked ? texts.height + restore.height + Theme.space2 : Math.max(texts.height, restore.height)) + Theme.space3 * 2
            Accessible.role: Accessible.ListItem
            Accessible.name: card.modelData.time + ", " + card.modelData.about
            Column {
                id: texts
                x: Theme.space4
                y: card.stacked ? Theme.space3 : (card.height - height) / 2
                width: card.stacked ? card.width - Theme.space4 * 2 : restore.x - x - Theme.space3
                Text {
                    width: parent.width
                    text: card.modelData.time
                    color: Theme.text
                    font.pixelSize: Theme.fontUi
                    wrapMode: Text.Wrap
                    textFormat: Text.PlainText
                }
                Text {
                    width: parent.width
                    text: card.modelData.about
                    color: card.modelData.damaged ? Theme.warning : Theme.textMuted
                    font.pixelSize: Theme.fontCaption
                    wrapMode: Text.Wrap
                    textFormat: Text.PlainText
                }
            }
            AppButton {
                id: restore
                objectName: "backupRestore"
                x: card.stacked ? Theme.space4 : card.width - width - Theme.space3
                y: card.stacked ? texts.y + texts.height + Theme.space2 : (card.height - height) / 2
                text: qsTr("Restore…")
                Accessible.name: qsTr("Restore the backup of %1").arg(card.modelData.time)
                enabled: !list.backups.busy && !card.modelData.damaged
                onClicked: list.restoreRequested(card.modelData.file, card.modelData.time)
            }
        }
    }
    Text {
        objectName: "noBackups"
        width: parent.width
        visible: list.backups.known && list.backups.items.length === 0
        text: qsTr("There is no backup yet. Hearth makes the first one when it has been open for a while.")
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
}
