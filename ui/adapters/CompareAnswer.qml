pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// One answer among those beside each other: what answered, its text as it comes, and the button that makes it the chat's.
Rectangle {
    id: answer

    required property int index
    required property var messageId
    required property BlockListModel blocks
    required property string status
    required property string statusText
    required property string stats
    required property string errorCause
    required property string errorNextStep
    required property string errorDetail
    property string title: ""
    property bool kept: false
    property bool follow: true
    readonly property bool working: status === "queued" || status === "waiting" || status === "reading" || status === "streaming"
    readonly property bool empty: blocks === null || blocks.count === 0

    signal copyRequested(string text)
    signal saveRequested(string text, string name)
    signal copyAllRequested
    signal linkRequested(string link)
    signal keepRequested

    function scrollPage(down: bool) {
        flick.contentY = Math.max(0, Math.min(flick.limit, flick.contentY + (down ? 1 : -1) * flick.height * 0.8));
        follow = flick.atYEnd;
    }

    objectName: "compareAnswer" + index
    radius: Theme.radiusLarge
    color: Theme.surface
    border.width: kept ? Theme.focusWidth : 1
    border.color: kept ? Theme.accent : Theme.border
    Accessible.role: Accessible.ListItem
    Accessible.name: kept ? qsTr("Answer of %1, shown in the chat").arg(title) : qsTr("Answer of %1").arg(title)

    RowLayout {
        id: top
        x: Theme.space4
        y: Theme.space3
        width: parent.width - Theme.space4 * 2
        spacing: Theme.space2
        Text {
            objectName: "answerTitle"
            Layout.fillWidth: true
            text: answer.title
            color: Theme.text
            font.pixelSize: Theme.fontUi
            font.weight: Theme.fontBold
            elide: Text.ElideRight
            textFormat: Text.PlainText
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        TypingDots {
            visible: answer.working
        }
    }
    Flickable {
        id: flick
        readonly property real limit: Math.max(0, contentHeight - height)
        anchors.top: top.bottom
        anchors.topMargin: Theme.space2
        anchors.bottom: foot.top
        anchors.bottomMargin: Theme.space2
        x: Theme.space4
        width: parent.width - Theme.space4 - Theme.space1
        contentHeight: body.height
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: AppScrollBar {}
        onContentHeightChanged: if (answer.follow) contentY = limit
        onHeightChanged: if (answer.follow) contentY = limit
        onMovementEnded: answer.follow = atYEnd
        WheelScroller {
            view: flick
            onScrolled: answer.follow = false
            onSettled: answer.follow = flick.atYEnd
        }
        FocusKeeper {
            view: flick
        }
        Column {
            id: body
            width: flick.width - Theme.space3
            spacing: Theme.space3
            Text {
                objectName: "answerStatus"
                width: parent.width
                visible: text !== "" && answer.status !== "failed"
                text: answer.working && !answer.empty ? "" : answer.statusText
                color: Theme.textMuted
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            BlockColumn {
                width: parent.width
                visible: !answer.empty
                blocks: answer.blocks
                onCopyRequested: text => answer.copyRequested(text)
                onSaveRequested: (text, name) => answer.saveRequested(text, name)
                onLinkRequested: link => answer.linkRequested(link)
            }
            ErrorCard {
                width: parent.width
                visible: answer.status === "failed"
                cause: answer.errorCause
                nextStep: answer.errorNextStep
                detail: answer.errorDetail
            }
        }
    }
    ColumnLayout {
        id: foot
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.space3
        x: Theme.space4
        width: parent.width - Theme.space4 * 2
        spacing: Theme.space2
        Text {
            objectName: "answerStats"
            Layout.fillWidth: true
            visible: text !== ""
            text: answer.stats
            color: Theme.textFaint
            font.pixelSize: Theme.fontCaption
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space2
            AppButton {
                objectName: "keepAnswer"
                Layout.maximumWidth: foot.width - Theme.controlSmall - Theme.space2
                enabled: !answer.empty
                text: answer.kept ? qsTr("Go on with it") : qsTr("Keep this answer")
                symbol: "check"
                Accessible.description: answer.title
                onClicked: answer.keepRequested()
            }
            Item {
                Layout.fillWidth: true
            }
            IconButton {
                objectName: "copyCompared"
                visible: !answer.empty
                symbol: "copy"
                label: qsTr("Copy the answer")
                size: Theme.controlSmall
                iconSize: Theme.iconSmall
                onClicked: answer.copyAllRequested()
            }
        }
    }
}
