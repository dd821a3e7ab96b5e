pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// One chat of the list: click opens, double click or F2 renames in place, the menu renames or deletes.
// The list is one stop of the Tab key; the arrow keys move from row to row.
ItemDelegate {
    id: row

    required property int index
    required property var chatId
    required property string title
    required property bool current
    required property bool busy
    // Never stored.
    required property bool privateChat
    // Another page is shown in place of the open chat.
    property bool behind: false
    property bool renaming: false
    readonly property string shownTitle: title === "" ? qsTr("New chat") : title

    signal opened
    signal renamed(string title)
    signal deleted
    signal exportRequested
    signal renameClosed

    function startRename() {
        renaming = true;
        field.text = row.title;
        field.forceActiveFocus();
        field.selectAll();
    }
    function endRename(keep: bool) {
        if (!renaming)
            return;
        renaming = false;
        const name = field.text.trim();
        if (keep && name !== "" && name !== row.title)
            row.renamed(name);
    }
    // Ended by a key: the focus goes on to where the person was before.
    function finishRename(keep: bool) {
        endRename(keep);
        row.renameClosed();
    }

    implicitHeight: Theme.control
    topPadding: 0
    bottomPadding: 0
    leftPadding: Theme.space3
    rightPadding: Theme.space1
    focusPolicy: Qt.NoFocus
    highlighted: current
    Accessible.role: Accessible.ListItem
    Accessible.name: row.busy ? qsTr("%1, answering").arg(row.shownTitle) : row.shownTitle
    Accessible.selected: row.current
    Accessible.focusable: true
    Accessible.onPressAction: row.opened()
    onActiveFocusChanged: if (activeFocus) ListView.view.currentIndex = index
    onClicked: row.opened()
    onDoubleClicked: startRename()
    Keys.onReturnPressed: row.opened()
    Keys.onEnterPressed: row.opened()
    Keys.onPressed: event => {
        event.accepted = true;
        if (Shortcuts.matches("renameChat", event))
            row.startRename();
        else if (Shortcuts.matches("deleteListed", event))
            row.deleted();
        else if (Shortcuts.matches("listedMenu", event))
            menu.popup(row, Theme.space8, row.height);
        else
            event.accepted = false;
    }

    contentItem: Item {
        Text {
            anchors.left: parent.left
            anchors.right: tail.left
            anchors.rightMargin: Theme.space1
            anchors.verticalCenter: parent.verticalCenter
            visible: !row.renaming
            text: row.shownTitle
            color: row.current ? Theme.text : Theme.textMuted
            font.pixelSize: Theme.fontUi
            font.weight: row.current ? Theme.fontMedium : Font.Normal
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        Item {
            id: tail
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            width: menuButton.visible ? Theme.controlSmall : row.busy ? Theme.space4 : 0
            height: Theme.controlSmall
            IconButton {
                id: menuButton
                objectName: "chatMenuButton"
                anchors.right: parent.right
                visible: !row.renaming && (row.hovered || row.activeFocus || menu.visible)
                symbol: "more"
                label: qsTr("More for “%1”").arg(row.shownTitle)
                focusPolicy: Qt.NoFocus
                size: Theme.controlSmall
                iconSize: Theme.iconSmall
                onClicked: menu.popup(menuButton, 0, menuButton.height)
            }
            Rectangle {
                visible: row.busy && !menuButton.visible && !row.renaming
                anchors.centerIn: parent
                width: Theme.dot
                height: width
                radius: width / 2
                color: Theme.accent
            }
        }
        AppTextField {
            id: field
            objectName: "renameField"
            label: qsTr("Chat title")
            visible: row.renaming
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            height: Theme.controlSmall + Theme.space1
            leftPadding: Theme.space2
            maximumLength: 200
            Keys.onReturnPressed: row.finishRename(true)
            Keys.onEnterPressed: row.finishRename(true)
            onActiveFocusChanged: if (!activeFocus) row.endRename(true)
            Keys.onEscapePressed: row.finishRename(false)
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: row.current && !row.behind ? Theme.selected : row.down ? Theme.pressed : row.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: row.activeFocus
            anchors.margins: 0
            radius: Theme.radius
        }
    }
    AppToolTip {
        visible: row.hovered && !menu.visible && !row.renaming && measure.truncated
        text: row.shownTitle
    }
    TextMetrics {
        id: measure
        readonly property bool truncated: width > row.availableWidth - Theme.controlSmall
        font.pixelSize: Theme.fontUi
        text: row.shownTitle
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: point => menu.popup(row, point.position.x, point.position.y)
    }
    AppMenu {
        id: menu
        AppMenuItem {
            objectName: "renameAction"
            text: qsTr("Rename")
            symbol: "edit"
            shortcutText: Shortcuts.label("renameChat")
            onTriggered: Qt.callLater(row.startRename)
        }
        AppMenuItem {
            objectName: "exportAction"
            visible: !row.privateChat
            height: visible ? implicitHeight : 0
            text: qsTr("Export…")
            symbol: "export"
            onTriggered: row.exportRequested()
        }
        AppMenuItem {
            objectName: "deleteAction"
            text: row.privateChat ? qsTr("Close for good") : qsTr("Delete")
            symbol: row.privateChat ? "close" : "trash"
            shortcutText: Shortcuts.label("deleteListed")
            dangerous: true
            onTriggered: row.deleted()
        }
    }
}
