import QtQuick
import Hearth.Ui

// A file that goes with the message: what it is, how much of it is sent, and a way to take it out again.
Card {
    id: card

    required property int index
    required property var files
    // While a row is being taken out, the list may be shorter than the number of cards.
    readonly property var file: files[index] ?? ({
            name: "",
            detail: "",
            part: "whole",
            tooLong: false
        })

    signal removeRequested
    signal partChosen(string part)

    implicitHeight: column.height + Theme.space2 * 2
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2").arg(file.name).arg(file.detail)

    Column {
        id: column
        x: Theme.space3
        y: Theme.space2
        width: parent.width - Theme.space3 - Theme.space2
        spacing: Theme.space2
        Item {
            width: parent.width
            height: Math.max(names.height, removeButton.height)
            Icon {
                id: mark
                symbol: "file"
                anchors.verticalCenter: parent.verticalCenter
            }
            Column {
                id: names
                anchors.left: mark.right
                anchors.right: removeButton.left
                anchors.leftMargin: Theme.space3
                anchors.verticalCenter: parent.verticalCenter
                Text {
                    objectName: "attachmentName"
                    width: parent.width
                    text: card.file.name
                    color: Theme.text
                    font.pixelSize: Theme.fontSmall
                    font.weight: Theme.fontMedium
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                }
                Text {
                    width: parent.width
                    text: card.file.tooLong === true ? qsTr("%1 · more than fits").arg(card.file.detail) : card.file.detail
                    color: card.file.tooLong === true ? Theme.warning : Theme.textMuted
                    font.pixelSize: Theme.fontCaption
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                }
            }
            IconButton {
                id: removeButton
                objectName: "removeAttachment"
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                symbol: "close"
                label: qsTr("Remove %1").arg(card.file.name)
                size: Theme.controlSmall
                iconSize: Theme.iconSmall
                onClicked: card.removeRequested()
            }
        }
        Segmented {
            objectName: "attachmentPart"
            visible: card.file.tooLong === true
            label: qsTr("How much of the file is sent")
            maximumWidth: column.width
            value: card.file.part ?? "whole"
            options: [
                {
                    value: "first",
                    text: qsTr("First part")
                },
                {
                    value: "ends",
                    text: qsTr("Beginning and end")
                },
                {
                    value: "whole",
                    text: qsTr("Whole")
                }
            ]
            onChosen: value => card.partChosen(value)
        }
    }
}
