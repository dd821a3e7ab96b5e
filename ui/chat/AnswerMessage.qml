pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// An answer: blocks, then what happened (progress, stopped, error), then actions and speed.
MessageItem {
    id: answer

    required property BlockListModel blocks
    required property string status
    required property string statusText
    required property string stats
    required property string errorCause
    required property string errorNextStep
    required property string errorDetail
    required property int versionIndex
    required property int versionCount
    required property string modelName
    required property string adapters
    required property bool edited
    required property bool canRetry
    required property bool canResume
    required property bool editing
    required property string editText
    readonly property bool question: false
    readonly property bool hasText: !empty
    readonly property bool working: status === "queued" || status === "waiting" || status === "reading" || status === "streaming"
    readonly property bool empty: blocks === null || blocks.count === 0

    property ConversationSelection selection: null

    signal copyRequested(string text)
    signal saveRequested(string text, string name)
    signal copyAllRequested(var messageId)
    signal linkRequested(string link)
    signal retryRequested(var messageId)
    signal versionRequested(var messageId, int step)
    signal compareRequested(var messageId)
    signal resumeRequested(var messageId)
    signal editTyped(var messageId, string text)
    signal editEnded(var messageId, bool save)

    function placeAt(x: real, y: real): point {
        const place = body.mapFromItem(answer, x, y);
        return body.placeAt(place.x, place.y);
    }
    function focusEditor() {
        editorPlace.focusInput();
    }

    // Its text is in the blocks: here it would be put together again with every token.
    Accessible.name: adapters === "" ? qsTr("Answer from %1").arg(modelName) : qsTr("Answer from %1 with %2").arg(modelName).arg(adapters)

    Component.onCompleted: body.showSelection()
    Connections {
        target: answer.selection
        function onChanged() {
            body.showSelection();
        }
    }
    EditorPlace {
        id: editorPlace
        width: answer.columnWidth
        editing: answer.editing
        text: answer.editText
        label: qsTr("Edit the answer")
        onEdited: text => answer.editTyped(answer.messageId, text)
        onEnded: save => answer.editEnded(answer.messageId, save)
    }
    BlockColumn {
        id: body
        selection: answer.selection
        row: answer.index
        width: answer.columnWidth
        visible: !answer.empty && !answer.editing
        blocks: answer.blocks
        onCopyRequested: text => answer.copyRequested(text)
        onSaveRequested: (text, name) => answer.saveRequested(text, name)
        onLinkRequested: link => answer.linkRequested(link)
    }
    Row {
        objectName: "progressRow"
        visible: answer.working && (answer.empty || answer.status !== "streaming")
        spacing: Theme.space3
        height: Theme.controlSmall
        TypingDots {
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            text: answer.statusText
            visible: text !== ""
            color: Theme.textMuted
            font.pixelSize: Theme.fontSmall
            textFormat: Text.PlainText
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    StatusNote {
        objectName: "statusNote"
        visible: !answer.working && answer.status !== "failed" && answer.statusText !== "" && !answer.editing
        text: answer.statusText
    }
    ErrorCard {
        width: answer.columnWidth
        visible: answer.status === "failed"
        cause: answer.errorCause
        nextStep: answer.errorNextStep
        detail: answer.errorDetail
        actionText: qsTr("Try again")
        onActionRequested: answer.retryRequested(answer.messageId)
    }
    MessageFooter {
        width: answer.columnWidth
        visible: !answer.editing && (!answer.working || answer.stats !== "")
        finished: !answer.working
        canRetry: answer.canRetry && answer.status !== "failed"
        canResume: answer.canResume
        edited: answer.edited
        canCopy: !answer.empty
        stats: answer.stats
        modelName: answer.modelName
        adapters: answer.adapters
        versionIndex: answer.versionIndex
        versionCount: answer.versionCount
        onVersionRequested: step => answer.versionRequested(answer.messageId, step)
        onCompareRequested: answer.compareRequested(answer.messageId)
        onCopyRequested: answer.copyAllRequested(answer.messageId)
        onRetryRequested: answer.retryRequested(answer.messageId)
        onResumeRequested: answer.resumeRequested(answer.messageId)
        onMoreRequested: (x, y) => answer.menuRequested(x, y)
        menuPlace: answer
    }
}
