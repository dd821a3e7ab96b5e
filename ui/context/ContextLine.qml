import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// Where the model begins to read: what is above is left out, or stands in a summary that a click shows.
Column {
    id: line

    readonly property bool hasSummary: ContextNotes.summary !== ""
    property bool expanded: false

    objectName: "contextLine"
    spacing: Theme.space2
    Text {
        objectName: "unreadNote"
        width: parent.width
        visible: !line.hasSummary
        text: qsTr("Not read any more by the model: the %1 messages above").arg(ContextNotes.unread)
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    AbstractButton {
        id: head
        objectName: "summaryHead"
        anchors.horizontalCenter: parent.horizontalCenter
        width: Math.min(implicitWidth, line.width)
        visible: line.hasSummary
        padding: Theme.space1
        text: qsTr("Summary of the %1 messages above").arg(ContextNotes.unread)
        focusPolicy: Qt.TabFocus
        Accessible.role: Accessible.Button
        Accessible.name: text
        Accessible.description: line.expanded ? qsTr("Hides the summary") : qsTr("Shows the summary that the model reads in place of them")
        Accessible.onPressAction: head.clicked()
        onClicked: line.expanded = !line.expanded
        Keys.onReturnPressed: head.clicked()
        Keys.onEnterPressed: head.clicked()
        contentItem: Row {
            spacing: Theme.space1
            Icon {
                symbol: line.expanded ? "chevron-down" : "chevron-right"
                size: Theme.iconSmall
                anchors.verticalCenter: parent.verticalCenter
            }
            Text {
                width: Math.min(implicitWidth, line.width - Theme.space8)
                text: head.text
                color: Theme.textMuted
                font.pixelSize: Theme.fontCaption
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
                anchors.verticalCenter: parent.verticalCenter
            }
        }
        background: Rectangle {
            radius: Theme.radiusSmall
            color: head.down ? Theme.pressed : head.hovered ? Theme.hover : "transparent"
            FocusRing {
                shown: head.visualFocus
            }
        }
    }
    Card {
        width: parent.width
        height: words.height + Theme.space3 * 2
        visible: line.hasSummary && line.expanded
        TextEdit {
            id: words
            objectName: "summaryText"
            x: Theme.space3
            y: Theme.space3
            width: parent.width - Theme.space3 * 2
            text: ContextNotes.summary
            color: Theme.textMuted
            selectionColor: Theme.selection
            selectedTextColor: Theme.selectionText
            font.pixelSize: Theme.fontSmall
            wrapMode: TextEdit.Wrap
            textFormat: TextEdit.PlainText
            readOnly: true
            selectByMouse: true
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
}
