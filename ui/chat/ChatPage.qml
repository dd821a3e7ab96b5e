pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// The conversation: header, messages or the empty state, notices, composer.
Rectangle {
    id: page

    required property AppViewModel app
    property alias showSidebarButton: header.showSidebarButton
    readonly property bool empty: app.conversation.count === 0
    readonly property bool modelFailed: app.model.state === "failed"
    readonly property int columnWidth: Math.min(Theme.readingWidth, width - Theme.space6 * 2)

    signal sidebarRequested
    signal newChatRequested
    signal openModelRequested
    signal settingsRequested
    signal linkRequested(string link)

    function focusComposer() {
        composer.focusInput();
    }
    function scrollPage(down: bool) {
        conversation.page(down);
    }

    color: Theme.window

    ChatHeader {
        id: header
        width: parent.width
        app: page.app
        onSidebarRequested: page.sidebarRequested()
        onNewChatRequested: page.newChatRequested()
        onOpenModelRequested: page.openModelRequested()
        onSettingsRequested: page.settingsRequested()
    }
    Column {
        id: notices
        anchors.top: header.bottom
        anchors.topMargin: visible ? Theme.space3 : 0
        anchors.horizontalCenter: parent.horizontalCenter
        width: page.columnWidth
        spacing: Theme.space2
        visible: banner.notice !== "" || page.modelFailed
        NoticeBanner {
            id: banner
            objectName: "noticeBanner"
            width: parent.width
            visible: notice !== ""
            notice: page.app.notice
            nextStep: page.app.noticeNextStep
            onDismissed: page.app.dismissNotice()
        }
        ErrorCard {
            id: modelError
            objectName: "modelError"
            width: parent.width
            visible: page.modelFailed
            cause: page.app.model.errorCause
            nextStep: page.app.model.errorNextStep
            actionText: qsTr("Load again")
            secondText: qsTr("Open another model…")
            thirdText: page.app.model.isStarter ? "" : qsTr("Use the starter model")
            onActionRequested: page.app.reloadModel()
            onSecondRequested: page.openModelRequested()
            onThirdRequested: page.app.useStarterModel()
        }
    }
    Item {
        id: stage
        anchors.top: notices.visible ? notices.bottom : header.bottom
        anchors.topMargin: notices.visible ? Theme.space3 : 0
        anchors.bottom: composer.top
        anchors.bottomMargin: Theme.space2
        width: parent.width
        ConversationView {
            id: conversation
            anchors.fill: parent
            visible: !page.empty
            conversation: page.app.conversation
            onCopyRequested: text => page.app.copyText(text)
            onLinkRequested: link => page.linkRequested(link)
            onRetryRequested: id => page.app.retry(id)
        }
        EmptyState {
            objectName: "emptyState"
            anchors.fill: parent
            visible: page.empty
            app: page.app
            onSuggested: text => {
                page.app.send(text);
                composer.focusInput();
            }
            onOpenModelRequested: page.openModelRequested()
        }
    }
    Composer {
        id: composer
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.space2
        anchors.horizontalCenter: parent.horizontalCenter
        width: page.columnWidth
        app: page.app
        onSent: conversation.jumpToEnd()
    }
}
