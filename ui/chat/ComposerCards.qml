pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// Above the field: messages that wait, why a file was not attached, and the attachments. Many of them scroll.
Flickable {
    id: cards

    required property ComposerModel model
    required property bool busy

    readonly property bool filled: model.waiting.length > 0 || model.attachments.length > 0 || model.problem !== "" || model.reading
    // The field below and the conversation above keep their place, however many cards there are and however large the text is.
    readonly property int mostHeight: Math.min(Theme.space12 * 5, Math.floor((Window.height || Theme.minimumHeight) / 3))
    readonly property bool scrolls: column.height > mostHeight
    // Fewer cards never lead elsewhere than to what is left.
    readonly property real end: Math.max(0, contentHeight - height)

    signal focusWanted

    function toEnd() {
        contentY = end;
    }

    height: Math.min(column.height, mostHeight)
    contentHeight: column.height
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    ScrollBar.vertical: AppScrollBar {
        objectName: "cardsScrollBar"
        policy: cards.scrolls ? ScrollBar.AlwaysOn : ScrollBar.AsNeeded
    }
    // The newest attachment is the one that somebody looks for. Later, when the heights of all cards are known.
    onEndChanged: Qt.callLater(cards.toEnd)

    Column {
        id: column
        width: cards.width - (cards.scrolls ? Theme.scrollBarWidth + Theme.space1 : 0)
        spacing: Theme.space2
        bottomPadding: cards.filled ? Theme.space2 : 0

        Repeater {
            model: cards.model.waiting.length
            WaitingCard {
                objectName: "waitingCard"
                width: column.width
                messages: cards.model.waiting
                busy: cards.busy
                onEditRequested: {
                    cards.model.editWaiting(index);
                    cards.focusWanted();
                }
                onRemoveRequested: {
                    cards.model.removeWaiting(index);
                    cards.focusWanted();
                }
                onSendRequested: {
                    cards.model.sendWaiting(index);
                    cards.focusWanted();
                }
            }
        }
        Card {
            objectName: "attachmentProblem"
            visible: cards.model.problem !== ""
            width: column.width
            implicitHeight: Math.max(problemText.height, dismissButton.height) + Theme.space2 * 2
            tone: "danger"
            Accessible.role: Accessible.AlertMessage
            Accessible.name: cards.model.problem
            Text {
                id: problemText
                anchors.left: parent.left
                anchors.right: dismissButton.left
                anchors.leftMargin: Theme.space3
                anchors.verticalCenter: parent.verticalCenter
                text: cards.model.problem
                color: Theme.text
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.Wrap
                maximumLineCount: Theme.detailLines
                elide: Text.ElideRight
                textFormat: Text.PlainText
            }
            IconButton {
                id: dismissButton
                objectName: "dismissAttachmentProblem"
                anchors.right: parent.right
                anchors.rightMargin: Theme.space2
                anchors.verticalCenter: parent.verticalCenter
                symbol: "close"
                label: qsTr("Dismiss")
                size: Theme.controlSmall
                iconSize: Theme.iconSmall
                onClicked: {
                    cards.model.dismissProblem();
                    cards.focusWanted();
                }
            }
        }
        Repeater {
            model: cards.model.attachments.length
            AttachmentCard {
                objectName: "attachmentCard"
                width: column.width
                files: cards.model.attachments
                onPartChosen: part => cards.model.setPart(index, part)
                onRemoveRequested: {
                    cards.model.removeAttachment(index);
                    cards.focusWanted();
                }
            }
        }
        Text {
            objectName: "readingNote"
            visible: cards.model.reading
            width: column.width
            leftPadding: Theme.space3
            text: qsTr("Reading the files…")
            color: Theme.textMuted
            font.pixelSize: Theme.fontSmall
            textFormat: Text.PlainText
        }
    }
    WheelScroller {
        view: cards
    }
    FocusKeeper {
        view: cards
    }
}
