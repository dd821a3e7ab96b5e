pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Qt.labs.qmlmodels
import Hearth.App
import Hearth.Ui

// The messages. Follows the end of a growing answer until the reader scrolls up, then leaves the position alone.
Item {
    id: view

    required property ConversationModel conversation
    property bool follow: true
    readonly property bool atEnd: list.contentY + list.height >= list.originY + list.contentHeight - Theme.space8

    signal copyRequested(string text)
    signal linkRequested(string link)
    signal retryRequested(var messageId)

    function jumpToEnd() {
        wheel.glide.stop();
        list.cancelFlick();
        follow = true;
        stick();
    }
    function stick() {
        if (follow && list.count > 0)
            list.positionViewAtEnd();
    }
    function page(down: bool) {
        const low = list.originY;
        const high = Math.max(low, list.originY + list.contentHeight - list.height);
        list.contentY = Math.max(low, Math.min(high, list.contentY + (down ? 1 : -1) * list.height * 0.8));
        follow = atEnd;
    }

    Connections {
        target: view.conversation
        function onModelReset() {
            view.jumpToEnd();
        }
    }

    ListView {
        id: list
        objectName: "conversationList"
        anchors.fill: parent
        model: view.conversation
        spacing: 0
        clip: true
        cacheBuffer: Theme.cacheBuffer
        boundsBehavior: Flickable.StopAtBounds
        bottomMargin: Theme.space4
        ScrollBar.vertical: AppScrollBar {
            onPressedChanged: view.follow = !pressed && view.atEnd
        }
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Conversation")
        delegate: DelegateChooser {
            role: "role"
            DelegateChoice {
                roleValue: "user"
                UserMessage {
                    width: list.width
                    onCopyRequested: text => view.copyRequested(text)
                }
            }
            DelegateChoice {
                roleValue: "assistant"
                AnswerMessage {
                    width: list.width
                    onCopyRequested: text => view.copyRequested(text)
                    onLinkRequested: link => view.linkRequested(link)
                    onRetryRequested: id => view.retryRequested(id)
                }
            }
        }
        // Growth of the content moves the view only while it follows; only the reader's own movement ends following.
        onContentHeightChanged: if (view.follow) Qt.callLater(view.stick)
        onHeightChanged: if (view.follow) Qt.callLater(view.stick)
        onMovementStarted: view.follow = false
        onMovementEnded: view.follow = view.atEnd

        WheelScroller {
            id: wheel
            view: list
            onScrolled: view.follow = false
            onSettled: view.follow = view.atEnd
        }
    }
    JumpButton {
        objectName: "jumpButton"
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.space3
        shown: !view.follow && !view.atEnd
        onClicked: view.jumpToEnd()
    }
}
