import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// The list of chats by day, with the new-chat button above and settings below.
// No bound components here: ListView of Qt 6.4 makes its section delegates in a context of their own.
Rectangle {
    id: sidebar

    required property AppViewModel app
    property bool renaming: false

    signal chatOpened
    signal collapseRequested
    signal renameClosed
    signal settingsRequested

    // F2 anywhere in the window: rename the open chat.
    function renameCurrent() {
        for (let i = 0; i < list.count; ++i) {
            const row = list.itemAtIndex(i);
            if (row && row.current) {
                row.startRename();
                return;
            }
        }
    }

    color: Theme.sidebar
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Chats")

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.header
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space2
            spacing: Theme.space2
            Image {
                source: "qrc:/icons/hearth.svg"
                sourceSize: Qt.size(Theme.space6, Theme.space6)
                Accessible.ignored: true
            }
            Text {
                Layout.fillWidth: true
                text: qsTr("Hearth")
                color: Theme.text
                font.pixelSize: Theme.fontBody
                font.weight: Theme.fontBold
                textFormat: Text.PlainText
            }
            IconButton {
                objectName: "collapseSidebarButton"
                symbol: "sidebar"
                label: qsTr("Hide the sidebar")
                shortcutText: qsTr("Ctrl+B")
                onClicked: sidebar.collapseRequested()
            }
        }
        AppButton {
            objectName: "newChatButton"
            Layout.fillWidth: true
            Layout.margins: Theme.space2
            Layout.topMargin: Theme.space1
            text: qsTr("New chat")
            symbol: "new-chat"
            alignLeft: true
            onClicked: {
                sidebar.app.newChat();
                sidebar.chatOpened();
            }
        }
        ListView {
            id: list
            objectName: "chatList"
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.leftMargin: Theme.space2
            Layout.rightMargin: Theme.space2
            clip: true
            spacing: 1
            model: sidebar.app.chats
            boundsBehavior: Flickable.StopAtBounds
            keyNavigationEnabled: true
            ScrollBar.vertical: AppScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Chats")
            section.property: "section"
            section.delegate: Text {
                required property string section
                width: ListView.view.width
                text: section
                leftPadding: Theme.space3
                topPadding: Theme.space4
                bottomPadding: Theme.space1
                color: Theme.textFaint
                font.pixelSize: Theme.fontCaption
                font.weight: Theme.fontMedium
                elide: Text.ElideRight
                textFormat: Text.PlainText
                Accessible.role: Accessible.Heading
                Accessible.name: section
            }
            delegate: ChatRow {
                id: row
                width: ListView.view.width
                onRenamingChanged: sidebar.renaming = renaming
                onOpened: {
                    sidebar.app.openChat(row.chatId);
                    sidebar.chatOpened();
                }
                onRenameClosed: sidebar.renameClosed()
                onRenamed: name => sidebar.app.renameChat(row.chatId, name)
                onDeleted: sidebar.app.deleteChat(row.chatId)
            }
            WheelScroller {
                view: list
            }
            Text {
                anchors.centerIn: parent
                width: parent.width - Theme.space8
                visible: list.count === 0
                text: qsTr("Your chats will appear here. They stay on this computer.")
                color: Theme.textFaint
                font.pixelSize: Theme.fontSmall
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: 1
            color: Theme.border
        }
        AppButton {
            objectName: "settingsButton"
            Layout.fillWidth: true
            Layout.margins: Theme.space2
            text: qsTr("Settings")
            symbol: "settings"
            quiet: true
            alignLeft: true
            onClicked: sidebar.settingsRequested()
        }
    }
    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.border
    }
}
