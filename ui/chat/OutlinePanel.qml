pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// The tree of the chat: every message with all its versions, first lines only, indented where it branches. The focus stays in the field;
// the arrow keys choose a row and Enter shows it.
AppDialog {
    id: panel

    required property OutlineModel outline

    property bool chosen: false

    signal messageShown

    function choose(row: int) {
        if (row < 0 || row >= outline.count)
            return;
        chosen = true;
        outline.open(row);
        close();
    }
    function move(step: int) {
        list.currentIndex = Math.max(0, Math.min(list.count - 1, list.currentIndex + step));
        list.positionViewAtIndex(list.currentIndex, ListView.Contain);
    }

    objectName: "outlinePanel"
    heading: qsTr("Outline")
    fullHeight: true
    onAboutToShow: {
        chosen = false;
        outline.filter = "";
        outline.active = true;
    }
    onOpened: field.forceActiveFocus(Qt.PopupFocusReason)
    onAboutToHide: outline.active = false
    // Later than the popup gives the focus back.
    onClosed: if (chosen) messageShown()

    Connections {
        target: panel.outline
        function onChanged() {
            list.currentIndex = panel.outline.filter === "" ? panel.outline.shownRow : 0;
            Qt.callLater(list.positionViewAtIndex, list.currentIndex, ListView.Center);
        }
    }
    toolbar: SearchField {
        id: field
        objectName: "outlineFilter"
        width: parent.width
        label: qsTr("Find a message")
        placeholderText: label
        text: panel.outline.filter
        onTextChanged: panel.outline.filter = text
        Keys.onPressed: event => {
            event.accepted = true;
            if (Shortcuts.matches("lineUp", event))
                panel.move(-1);
            else if (Shortcuts.matches("lineDown", event))
                panel.move(1);
            else if (Shortcuts.matches("pageUp", event))
                panel.move(-10);
            else if (Shortcuts.matches("pageDown", event))
                panel.move(10);
            else if (Shortcuts.matches("openListed", event))
                panel.choose(list.currentIndex);
            else
                event.accepted = false;
        }
    }

    ListView {
        id: list
        objectName: "outlineList"
        width: parent.width
        height: panel.view.height
        model: panel.outline
        currentIndex: -1
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        bottomMargin: Theme.space4
        highlightMoveDuration: 0
        ScrollBar.vertical: AppScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Messages of the chat")
        delegate: OutlineRow {
            width: list.width
            chosen: ListView.isCurrentItem
            onOpened: row => panel.choose(row)
        }
        WheelScroller {
            view: list
        }
    }
    Text {
        objectName: "outlineEmpty"
        width: parent.width
        topPadding: Theme.space6
        visible: list.count === 0
        text: panel.outline.filter === "" ? qsTr("The chat has no messages.") : qsTr("No message has these words.")
        color: Theme.textMuted
        font.pixelSize: Theme.fontUi
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
