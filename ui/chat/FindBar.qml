import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Finds words in the open conversation: Enter goes to the next place, Shift+Enter to the one before.
FocusScope {
    id: bar

    required property ConversationFinder finder
    required property int columnWidth
    property bool open: false

    signal closed

    function start() {
        open = true;
        field.forceActiveFocus(Qt.ShortcutFocusReason);
        field.selectAll();
    }
    function close() {
        if (!open)
            return;
        open = false;
        field.clear();
        closed();
    }
    function step(forward: bool) {
        if (!open)
            start();
        else if (forward)
            finder.next();
        else
            finder.previous();
    }

    objectName: "findBar"
    visible: open
    implicitHeight: open ? Theme.control + Theme.space2 * 2 : 0
    Accessible.role: Accessible.ToolBar
    Accessible.name: qsTr("Find in this chat")

    Connections {
        target: bar.finder
        function onQueryChanged() {
            if (field.text !== bar.finder.query)
                field.text = bar.finder.query;
        }
    }
    RowLayout {
        anchors.centerIn: parent
        width: bar.columnWidth
        spacing: Theme.space1
        SearchField {
            id: field
            objectName: "findField"
            Layout.fillWidth: true
            focus: true
            label: qsTr("Find in this chat")
            placeholderText: qsTr("Find in this chat")
            text: bar.finder.query
            Accessible.description: state.text
            onTextChanged: bar.finder.query = text
            Keys.onPressed: event => {
                if (event.key !== Qt.Key_Return && event.key !== Qt.Key_Enter)
                    return;
                event.accepted = true;
                bar.step(!(event.modifiers & Qt.ShiftModifier));
            }
        }
        Text {
            id: state
            objectName: "findState"
            Layout.leftMargin: Theme.space2
            visible: text !== ""
            text: bar.finder.query.trim() === "" ? "" : bar.finder.count === 0 ? qsTr("No matches") : qsTr("%1 of %2").arg(bar.finder.current).arg(bar.finder.count)
            color: bar.finder.count === 0 ? Theme.danger : Theme.textMuted
            font.pixelSize: Theme.fontSmall
            textFormat: Text.PlainText
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
        IconButton {
            objectName: "findPrevious"
            symbol: "chevron-up"
            label: qsTr("Previous match")
            shortcutText: Shortcuts.label("findPrevious")
            enabled: bar.finder.count > 0
            onClicked: bar.finder.previous()
        }
        IconButton {
            objectName: "findNext"
            symbol: "chevron-down"
            label: qsTr("Next match")
            shortcutText: Shortcuts.label("findNext")
            enabled: bar.finder.count > 0
            onClicked: bar.finder.next()
        }
        IconButton {
            objectName: "findClose"
            symbol: "close"
            label: qsTr("Close")
            shortcutText: Shortcuts.label("stop")
            onClicked: bar.close()
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.border
    }
}
