pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// One message answered side by side: the model alone and with adapters. The answers are versions of each other in the chat, and the
// one that is kept is the one the chat goes on from.
PageFrame {
    id: page

    readonly property ComparisonModel comparison: app.comparison
    readonly property bool asked: comparison.answers.count > 0
    readonly property int sideMargin: narrow ? Theme.space4 : Theme.space6

    signal adaptersRequested

    function focusContent(): bool {
        composer.focusInput();
        return true;
    }
    function stepBack(): bool {
        if (!comparison.busy)
            return false;
        comparison.stop();
        return true;
    }
    function find() {
    }
    function scrollPage(down: bool) {
        for (let i = 0; i < answers.count; ++i) {
            const card = answers.itemAtIndex(i) as CompareAnswer;
            if (card)
                card.scrollPage(down);
        }
    }

    heading: qsTr("Compare")

    Text {
        id: question
        objectName: "comparedQuestion"
        anchors.top: parent.top
        anchors.topMargin: Theme.space4
        x: page.sideMargin
        width: parent.width - page.sideMargin * 2
        visible: page.asked
        text: page.comparison.question
        color: Theme.text
        font.pixelSize: Theme.fontBody
        font.weight: Theme.fontMedium
        wrapMode: Text.Wrap
        maximumLineCount: 3
        elide: Text.ElideRight
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    ListView {
        id: answers
        objectName: "comparedAnswers"
        readonly property real room: width - leftMargin - rightMargin - spacing * (count - 1)
        anchors.top: question.bottom
        anchors.topMargin: Theme.space3
        anchors.bottom: composer.top
        anchors.bottomMargin: Theme.space3
        width: parent.width
        leftMargin: page.sideMargin
        rightMargin: page.sideMargin
        visible: page.asked
        orientation: ListView.Horizontal
        spacing: Theme.space3
        model: page.comparison.answers
        currentIndex: -1
        cacheBuffer: Theme.cacheBuffer
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.horizontal: AppScrollBar {
            policy: size < 1 ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
        }
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Answers beside each other")
        delegate: CompareAnswer {
            width: Math.max(Theme.compareColumn, answers.room / Math.max(1, answers.count))
            height: ListView.view.height - (answers.contentWidth > answers.width ? Theme.scrollBarWidth : 0)
            title: page.comparison.titles[index] ?? ""
            kept: messageId === page.comparison.keptId
            onCopyRequested: text => page.app.copyText(text)
            onSaveRequested: (text, name) => saving.ask(text, name)
            onCopyAllRequested: page.app.copyText(page.comparison.answers.textOf(messageId))
            onLinkRequested: link => page.linkRequested(link)
            onKeepRequested: {
                page.comparison.keep(messageId);
                page.backRequested();
            }
        }
    }
    SaveTextDialog {
        id: saving
        app: page.app
    }
    Flickable {
        id: intro
        anchors.top: parent.top
        anchors.bottom: composer.top
        width: parent.width
        visible: !page.asked
        contentHeight: Math.max(height, introColumn.implicitHeight + Theme.space6)
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: AppScrollBar {}
        WheelScroller {
            view: intro
        }
        FocusKeeper {
            view: intro
        }
        ColumnLayout {
            id: introColumn
            anchors.centerIn: parent
            width: Math.min(Theme.dialogWidth, parent.width - page.sideMargin * 2)
            spacing: Theme.space3
            Icon {
                Layout.alignment: Qt.AlignHCenter
                symbol: "compare"
                size: Theme.iconLarge
                color: Theme.accent
            }
            Text {
                Layout.fillWidth: true
                text: qsTr("One message, answered side by side")
                color: Theme.text
                font.pixelSize: Theme.fontTitle
                font.weight: Theme.fontBold
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }
            Text {
                objectName: "compareHint"
                Layout.fillWidth: true
                text: page.comparison.possible ? qsTr("Choose below what answers, then write your message. All answers are computed at the same time, with the history of this chat. Keep the one you like: the chat goes on from it, and the others stay as its versions.")
                    : qsTr("There is no adapter that fits the loaded model yet, so there is nothing to compare it with.")
                color: Theme.textMuted
                font.pixelSize: Theme.fontUi
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            AppButton {
                objectName: "compareAdapters"
                Layout.alignment: Qt.AlignHCenter
                visible: !page.comparison.possible
                text: qsTr("All adapters…")
                symbol: "adapters"
                onClicked: page.adaptersRequested()
            }
        }
    }
    PolicyNote {
        anchors.bottom: composer.top
        anchors.bottomMargin: Theme.space2
        x: page.sideMargin
        width: parent.width - page.sideMargin * 2
        text: page.app.policy.note
        onDismissed: page.app.policy.dismissNote()
    }
    CompareComposer {
        id: composer
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.space3
        x: page.sideMargin
        width: parent.width - page.sideMargin * 2
        largestHeight: parent.height * (page.asked ? 0.4 : 0.6)
        comparison: page.comparison
    }
}
