pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// What the person wrote: plain text in a bubble at the right, never interpreted as markup.
MessageItem {
    id: message

    required property string text
    required property string status
    required property string statusText
    required property int versionIndex
    required property int versionCount
    required property bool canRetry
    required property bool editing
    required property string editText
    required property var files
    required property string ownText
    required property var editFiles
    // What was typed, without the files that stand above it.
    readonly property string shownText: files.length > 0 ? ownText : text
    readonly property bool question: true
    readonly property bool working: false
    readonly property bool hasText: text !== ""
    readonly property bool canResume: false

    property ConversationSelection selection: null
    property bool selected: false

    signal copyRequested(var messageId)
    signal versionRequested(var messageId, int step)
    signal editRequested(var messageId)
    signal editTyped(var messageId, string text)
    signal editFileRemoved(var messageId, int row)
    signal editEnded(var messageId, bool save)

    function showSelection() {
        const touched = selection !== null && selection.touches(index);
        if (!touched && !selected)
            return;
        selected = touched;
        const range = selection.rangeIn(index, 0);
        if (touched)
            edit.select(Math.min(range.x, edit.length), Math.min(range.y, edit.length));
        else
            edit.deselect();
    }
    function placeAt(x: real, y: real): point {
        const place = edit.mapFromItem(message, x, y);
        return Qt.point(0, place.y < 0 ? 0 : place.y >= edit.height ? edit.length : edit.positionAt(place.x, place.y));
    }
    function focusEditor() {
        editorPlace.focusInput();
    }

    topGap: index === 0 ? Theme.space6 : Theme.space4
    bottomGap: editing ? Theme.space4 : 0
    spacing: Theme.space1
    Accessible.name: qsTr("You: %1").arg(shownText)

    Component.onCompleted: showSelection()
    Connections {
        target: message.selection
        function onChanged() {
            message.showSelection();
        }
    }
    HoverHandler {
        id: hover
        margin: Theme.space1
    }
    Repeater {
        model: message.editing ? message.editFiles.length : 0
        AttachmentCard {
            objectName: "editedFile"
            width: message.columnWidth
            files: message.editFiles
            onRemoveRequested: {
                message.editFileRemoved(message.messageId, index);
                message.focusEditor();
            }
        }
    }
    EditorPlace {
        id: editorPlace
        width: message.columnWidth
        editing: message.editing
        mayBeBlank: message.editFiles.length > 0
        text: message.editText
        label: qsTr("Edit the question")
        saveText: qsTr("Save and answer")
        onEdited: text => message.editTyped(message.messageId, text)
        onEnded: save => message.editEnded(message.messageId, save)
    }

    Repeater {
        model: message.editing ? 0 : message.files.length
        AttachedFile {
            required property int index
            anchors.right: parent?.right
            width: Math.min(message.columnWidth - Theme.space12, expanded ? message.columnWidth : Theme.panelWidth)
            name: message.files[index].name
            detail: message.files[index].detail
            text: message.files[index].text
        }
    }
    Rectangle {
        id: bubble
        anchors.right: parent.right
        visible: !message.editing && message.shownText !== ""
        width: Math.min(message.columnWidth - Theme.space12, Math.ceil(edit.implicitWidth))
        height: edit.contentHeight + edit.topPadding * 2
        radius: Theme.radiusCard
        color: Theme.bubble
        opacity: message.status === "queued" ? 0.7 : 1
        TextEdit {
            id: edit
            objectName: "questionText"
            width: bubble.width
            leftPadding: Theme.space4
            rightPadding: Theme.space4
            topPadding: Theme.space3 - 1
            text: message.shownText
            textFormat: TextEdit.PlainText
            wrapMode: TextEdit.Wrap
            readOnly: true
            selectByMouse: true
            persistentSelection: true
            color: Theme.text
            selectionColor: Theme.selection
            selectedTextColor: Theme.selectionText
            font.pixelSize: Theme.fontBody
            Accessible.role: Accessible.StaticText
            Accessible.name: message.shownText
            PolicyMarks {
                target: edit.textDocument
                place: "input"
            }
            HoverHandler {
                cursorShape: Qt.IBeamCursor
            }
        }
    }
    Row {
        anchors.right: parent.right
        anchors.rightMargin: Theme.space1
        visible: message.statusText !== ""
        spacing: Theme.space1
        Icon {
            symbol: "clock"
            size: Theme.iconSmall
            anchors.verticalCenter: parent.verticalCenter
        }
        Text {
            text: message.statusText
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            textFormat: Text.PlainText
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Row {
        id: actions
        readonly property bool shown: hover.hovered || copyButton.visualFocus || editButton.visualFocus || moreButton.visualFocus
        anchors.right: parent.right
        visible: !message.editing
        height: Theme.controlSmall
        ActionButton {
            id: moreButton
            objectName: "moreButton"
            symbol: "more"
            label: qsTr("More for the question")
            onClicked: message.menuRequested(mapToItem(message, 0, 0).x, mapToItem(message, 0, height).y)
        }
        ActionButton {
            id: editButton
            objectName: "editQuestionButton"
            symbol: "edit"
            label: qsTr("Edit the question")
            onClicked: message.editRequested(message.messageId)
        }
        ActionButton {
            id: copyButton
            objectName: "copyQuestionButton"
            symbol: "copy"
            label: qsTr("Copy the question")
            onClicked: message.copyRequested(message.messageId)
        }
        VersionSwitch {
            objectName: "questionVersions"
            index: message.versionIndex
            total: message.versionCount
            question: true
            onRequested: step => message.versionRequested(message.messageId, step)
        }
    }

    // Seen while the pointer is near or the keyboard is there.
    component ActionButton: IconButton {
        opacity: actions.shown ? 1 : 0
        tint: Theme.textFaint
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
    }
}
