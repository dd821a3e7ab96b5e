pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// What "/" at the start of the field offers: own texts that fit what follows it. The field keeps the focus and hands its keys on.
Rectangle {
    id: menu

    required property SnippetsModel snippets
    // What stands in the field.
    required property string text
    property bool dismissed: false
    property int current: 0
    readonly property var rows: snippets.matches
    readonly property bool asked: text.startsWith("/") && !text.includes("\n")
    readonly property bool shown: asked && !dismissed && (rows.length > 0 || text === "/")

    signal chosen(string text)
    signal managementRequested

    // True: the key was for the menu.
    function take(event: var): bool {
        if (!shown)
            return false;
        const last = rows.length; // the row behind them leads to the library
        if (event.key === Qt.Key_Down)
            current = current >= last ? 0 : current + 1;
        else if (event.key === Qt.Key_Up)
            current = current <= 0 ? last : current - 1;
        else if (event.key === Qt.Key_Escape)
            dismissed = true;
        else
            return false;
        list.positionViewAtIndex(current, ListView.Contain);
        return true;
    }
    function accept() {
        if (current < rows.length)
            chosen(rows[current].text);
        else
            managementRequested();
    }

    visible: shown
    height: list.height + Theme.space1 * 2
    radius: Theme.radius
    color: Theme.raised
    border.width: 1
    border.color: Theme.borderStrong
    Accessible.role: Accessible.PopupMenu
    Accessible.name: qsTr("Prompts")
    onTextChanged: {
        if (!asked)
            dismissed = false;
        snippets.query = asked ? text.slice(1) : "";
        current = 0;
    }

    ListView {
        id: list
        objectName: "snippetList"
        x: Theme.space1
        y: Theme.space1
        width: parent.width - Theme.space1 * 2
        height: Math.min(contentHeight, Theme.control * 6)
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        model: menu.rows.length + 1
        ScrollBar.vertical: AppScrollBar {}
        delegate: AbstractButton {
            id: row
            required property int index
            readonly property bool leads: index >= menu.rows.length
            readonly property var snippet: menu.rows[index] ?? ({
                    name: "",
                    text: ""
                })
            objectName: "snippet-" + index
            width: list.width
            implicitHeight: Theme.control
            focusPolicy: Qt.NoFocus
            text: leads ? qsTr("Manage prompts…") : snippet.name
            Accessible.role: Accessible.MenuItem
            Accessible.name: text
            Accessible.focused: menu.current === index
            Accessible.onPressAction: row.clicked()
            onHoveredChanged: if (hovered) menu.current = index
            onClicked: {
                menu.current = index;
                menu.accept();
            }
            contentItem: Item {
                Text {
                    id: name
                    x: Theme.space3
                    width: Math.min(implicitWidth, parent.width / 2)
                    anchors.verticalCenter: parent.verticalCenter
                    text: row.text
                    color: row.leads ? Theme.textMuted : Theme.text
                    font.pixelSize: Theme.fontUi
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                }
                Text {
                    anchors.left: name.right
                    anchors.right: parent.right
                    anchors.leftMargin: Theme.space3
                    anchors.rightMargin: Theme.space3
                    anchors.verticalCenter: parent.verticalCenter
                    text: row.snippet.text.split("\n")[0]
                    color: Theme.textFaint
                    font.pixelSize: Theme.fontSmall
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                }
            }
            background: Rectangle {
                radius: Theme.radiusSmall
                color: menu.current === row.index ? Theme.hover : "transparent"
            }
        }
    }
}
