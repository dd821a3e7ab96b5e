import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// Where the words of the search field were found. The current row is the one that Enter in the field opens.
// No bound components here: ListView of Qt 6.4 makes its section delegates in a context of their own.
ListView {
    id: list

    required property SearchModel search
    // What is written above a section, see Sidebar.
    required property Component heading
    readonly property bool nothing: search.active && !search.busy && count === 0

    signal opened(int row)
    signal backToField

    function step(down: bool) {
        if (down)
            incrementCurrentIndex();
        else
            decrementCurrentIndex();
        positionViewAtIndex(currentIndex, ListView.Contain);
    }
    function openCurrent() {
        if (count > 0)
            opened(Math.max(0, currentIndex));
    }

    clip: true
    spacing: 1
    model: search
    boundsBehavior: Flickable.StopAtBounds
    activeFocusOnTab: count > 0
    keyNavigationEnabled: true
    highlightMoveDuration: 0
    onCountChanged: if (currentIndex < 0 && count > 0) currentIndex = 0
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Search results")
    ScrollBar.vertical: AppScrollBar {}
    Keys.onReturnPressed: openCurrent()
    Keys.onEnterPressed: openCurrent()
    Keys.onUpPressed: event => {
        event.accepted = currentIndex <= 0;
        if (event.accepted)
            backToField();
    }

    Connections {
        target: list.search
        function onQueryChanged() {
            list.currentIndex = list.count > 0 ? 0 : -1;
            list.positionViewAtBeginning();
        }
    }

    section.property: "section"
    section.delegate: heading
    delegate: SearchResultRow {
        width: ListView.view.width
        onClicked: {
            ListView.view.currentIndex = index;
            ListView.view.opened(index);
        }
    }
    WheelScroller {
        view: list
    }
    Column {
        objectName: "nothingFound"
        x: Theme.space3
        y: Theme.space6
        width: parent.width - Theme.space3 * 2
        spacing: Theme.space1
        visible: list.nothing
        Text {
            objectName: "nothingFoundText"
            width: parent.width
            text: qsTr("Nothing found for “%1”").arg(list.search.query.trim())
            color: Theme.text
            font.pixelSize: Theme.fontUi
            font.weight: Theme.fontMedium
            wrapMode: Text.Wrap
            maximumLineCount: 4
            elide: Text.ElideRight
            textFormat: Text.PlainText
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
        Text {
            width: parent.width
            text: qsTr("Titles and messages of all chats were searched. Try fewer or other words.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontSmall
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
    }
    Text {
        x: Theme.space3
        y: Theme.space6
        visible: list.search.active && list.search.busy && list.count === 0
        text: qsTr("Searching…")
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        textFormat: Text.PlainText
    }
}
