pragma ComponentBehavior: Bound
import QtQuick
import Hearth.Ui

// One download: how far it is, what it waits for, and what can be done about it.
Card {
    id: card

    required property int index
    required property var downloadId
    required property string title
    required property string variant
    required property bool adapter
    required property string status
    required property string stateText
    required property real fraction
    required property string sizeText
    required property string speedText
    required property string timeText
    required property string endpoint
    required property string cause
    required property string nextStep
    required property string detail
    required property bool canMoveUp
    required property bool canMoveDown
    readonly property bool done: status === "done"
    readonly property bool failed: status === "failed"
    readonly property bool held: failed || status === "paused"
    readonly property string fullName: [title, variant].filter(part => part !== "").join(" · ")

    // "pause", "resume", "remove", "up", "down", "use" or "folder".
    signal wanted(string what)

    implicitHeight: content.height + Theme.space3 * 2
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2").arg(card.fullName).arg(card.stateText)

    Column {
        id: content
        x: Theme.space4
        y: Theme.space3
        width: parent.width - x - Theme.space2
        spacing: Theme.space2
        Item {
            readonly property bool stacked: width - buttons.width - Theme.space3 < Theme.fieldWidth
            width: parent.width
            height: stacked ? texts.height + Theme.space2 + buttons.height : Math.max(texts.height, buttons.height)
            Column {
                id: texts
                width: parent.stacked ? parent.width : parent.width - buttons.width - Theme.space3
                anchors.verticalCenter: parent.stacked ? undefined : parent.verticalCenter
                spacing: Theme.space1
                Text {
                    width: parent.width
                    text: card.fullName
                    color: Theme.text
                    font.pixelSize: Theme.fontUi
                    font.weight: Theme.fontMedium
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                }
                Line {
                    objectName: "downloadState"
                    text: [card.stateText, card.sizeText, card.speedText, card.timeText, card.endpoint === "" ? "" : qsTr("from %1").arg(card.endpoint)].filter(part => part !== "").join(" · ")
                    color: card.failed ? Theme.danger : card.done ? Theme.success : Theme.textMuted
                }
            }
            Row {
                id: buttons
                x: parent.stacked ? 0 : parent.width - width
                y: parent.stacked ? texts.height + Theme.space2 : (parent.height - height) / 2
                spacing: Theme.space1
                IconButton {
                    objectName: "moveUp"
                    visible: !card.done
                    enabled: card.canMoveUp
                    symbol: "chevron-up"
                    label: qsTr("Earlier: %1").arg(card.fullName)
                    onClicked: card.wanted("up")
                }
                IconButton {
                    objectName: "moveDown"
                    visible: !card.done
                    enabled: card.canMoveDown
                    symbol: "chevron-down"
                    label: qsTr("Later: %1").arg(card.fullName)
                    onClicked: card.wanted("down")
                }
                IconButton {
                    objectName: "pauseDownload"
                    visible: !card.done && !card.held
                    symbol: "pause"
                    label: qsTr("Pause %1").arg(card.fullName)
                    onClicked: card.wanted("pause")
                }
                AppButton {
                    objectName: "resumeDownload"
                    visible: card.held
                    text: card.failed ? qsTr("Try again") : qsTr("Resume")
                    symbol: card.failed ? "retry" : "play"
                    Accessible.name: card.failed ? qsTr("Try %1 again").arg(card.fullName) : qsTr("Resume %1").arg(card.fullName)
                    onClicked: card.wanted("resume")
                }
                AppButton {
                    objectName: "useDownload"
                    visible: card.done && !card.adapter
                    text: qsTr("Use")
                    Accessible.name: qsTr("Use %1").arg(card.fullName)
                    onClicked: card.wanted("use")
                }
                IconButton {
                    objectName: "downloadFolder"
                    visible: card.done
                    symbol: "folder"
                    label: qsTr("Show %1 in its folder").arg(card.fullName)
                    onClicked: card.wanted("folder")
                }
                IconButton {
                    objectName: "removeDownload"
                    symbol: card.done ? "close" : "trash"
                    label: card.done ? qsTr("Take %1 off the list").arg(card.fullName) : qsTr("Remove %1").arg(card.fullName)
                    onClicked: card.wanted("remove")
                }
            }
        }
        AppProgressBar {
            width: parent.width - Theme.space2
            visible: !card.done
            label: card.fullName
            value: card.fraction
            quiet: card.status !== "running" && card.status !== "verifying"
        }
        Column {
            objectName: "downloadProblem"
            width: parent.width - Theme.space2
            visible: card.cause !== ""
            spacing: Theme.space1
            Accessible.role: Accessible.AlertMessage
            Accessible.name: card.cause + " " + card.nextStep
            Line {
                text: card.cause
                color: Theme.text
            }
            Line {
                visible: text !== ""
                text: card.nextStep
            }
            Line {
                visible: card.failed && card.detail !== ""
                text: qsTr("Details: %1").arg(card.detail)
                color: Theme.textFaint
                maximumLineCount: Theme.detailLines
                elide: Text.ElideRight
            }
        }
    }

    component Line: Text {
        width: parent.width
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        textFormat: Text.PlainText
    }
}
