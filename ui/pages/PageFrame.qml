import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// What the pages beside the chat have in common: a header with their name and tools, notices, and the place for the rest.
// A page adds `focusContent()` (false: nothing to focus), `stepBack()` (true: Esc had something to close) and what the keys ask for.
FocusScope {
    id: frame

    required property AppViewModel app
    required property string heading
    property bool showSidebarButton: false
    readonly property alias headerFocused: header.activeFocus
    readonly property int columnWidth: Math.min(Theme.pageWidth, width - (narrow ? Theme.space4 : Theme.space6) * 2)
    readonly property bool narrow: width < Theme.pageBreak
    // Below the header, over the whole width.
    default property alias content: holder.data
    // At the right of the header.
    property alias tools: toolRow.data

    signal sidebarRequested
    signal backRequested
    signal linkRequested(string link)

    function focusHeader() {
        (showSidebarButton ? showSidebar : back).forceActiveFocus(Qt.ShortcutFocusReason);
    }

    Accessible.role: Accessible.Pane
    Accessible.name: heading

    Rectangle {
        anchors.fill: parent
        color: Theme.window
    }
    FocusScope {
        id: header
        width: parent.width
        height: Theme.header
        Accessible.role: Accessible.ToolBar
        Accessible.name: frame.heading
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: frame.showSidebarButton ? Theme.space2 : Theme.space6
            anchors.rightMargin: Theme.space3
            spacing: Theme.space1
            IconButton {
                id: showSidebar
                objectName: "pageSidebarButton"
                visible: frame.showSidebarButton
                symbol: "sidebar"
                label: qsTr("Show the sidebar")
                shortcutText: Shortcuts.label("toggleSidebar")
                onClicked: frame.sidebarRequested()
            }
            Text {
                objectName: "pageHeading"
                Layout.fillWidth: true
                Layout.leftMargin: frame.showSidebarButton ? Theme.space2 : 0
                text: frame.heading
                color: Theme.text
                font.pixelSize: Theme.fontBody
                font.weight: Theme.fontMedium
                elide: Text.ElideRight
                textFormat: Text.PlainText
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }
            Row {
                id: toolRow
                spacing: Theme.space1
            }
            IconButton {
                id: back
                objectName: "backToChat"
                symbol: "close"
                label: qsTr("Back to the chat")
                shortcutText: Shortcuts.label("stop")
                onClicked: frame.backRequested()
            }
        }
        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: 1
            color: Theme.border
        }
    }
    NoticeBanner {
        id: banner
        objectName: "pageNotice"
        anchors.top: header.bottom
        anchors.topMargin: visible ? Theme.space3 : 0
        anchors.horizontalCenter: parent.horizontalCenter
        width: frame.columnWidth
        height: visible ? implicitHeight : 0
        visible: notice !== ""
        notice: frame.app.notice
        nextStep: frame.app.noticeNextStep
        tone: frame.app.noticeTone === "info" ? "plain" : "warning"
        onDismissed: frame.app.dismissNotice()
    }
    Item {
        id: holder
        anchors.top: banner.bottom
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
