import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// Under an answer: copy and try again, the other answers to the same question, then speed and the model's name.
RowLayout {
    id: footer

    required property string stats
    required property string modelName
    // What answered besides the model: "Fables 1.0".
    property string adapters: ""
    readonly property string author: modelName === "" || adapters === "" ? modelName : qsTr("%1 · %2").arg(modelName).arg(adapters)
    property bool finished: true
    property bool canCopy: true
    property bool canRetry: true
    property bool copied: false
    property int versionIndex: 1
    property int versionCount: 1

    signal copyRequested
    signal versionRequested(int step)
    signal compareRequested
    signal retryRequested

    spacing: Theme.space1
    Timer {
        id: feedback
        interval: Theme.feedback
        onTriggered: footer.copied = false
    }
    IconButton {
        objectName: "copyAnswerButton"
        Layout.leftMargin: -Theme.space2
        visible: footer.finished && footer.canCopy
        symbol: footer.copied ? "check" : "copy"
        label: footer.copied ? qsTr("Copied") : qsTr("Copy the answer")
        tint: footer.copied ? Theme.success : Theme.textFaint
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        onClicked: {
            footer.copyRequested();
            footer.copied = true;
            feedback.restart();
        }
    }
    IconButton {
        objectName: "retryButton"
        Layout.leftMargin: footer.canCopy ? 0 : -Theme.space2
        visible: footer.finished && footer.canRetry
        symbol: "retry"
        label: qsTr("Answer again")
        tint: Theme.textFaint
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        onClicked: footer.retryRequested()
    }
    RowLayout {
        objectName: "versions"
        Layout.leftMargin: footer.canCopy || footer.canRetry ? 0 : -Theme.space2
        visible: footer.finished && footer.versionCount > 1
        spacing: 0
        IconButton {
            objectName: "previousVersion"
            symbol: "chevron-left"
            label: qsTr("Previous answer")
            tint: Theme.textFaint
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            enabled: footer.versionIndex > 1
            onClicked: footer.versionRequested(-1)
        }
        Text {
            objectName: "versionText"
            text: qsTr("%1 / %2").arg(footer.versionIndex).arg(footer.versionCount)
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            textFormat: Text.PlainText
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("Answer %1 of %2").arg(footer.versionIndex).arg(footer.versionCount)
        }
        IconButton {
            objectName: "nextVersion"
            symbol: "chevron-right"
            label: qsTr("Next answer")
            tint: Theme.textFaint
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            enabled: footer.versionIndex < footer.versionCount
            onClicked: footer.versionRequested(1)
        }
        IconButton {
            objectName: "compareVersions"
            symbol: "compare"
            label: qsTr("Show the answers side by side")
            tint: Theme.textFaint
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: footer.compareRequested()
        }
    }
    Text {
        objectName: "statsText"
        Layout.fillWidth: true
        Layout.leftMargin: footer.finished ? Theme.space1 : 0
        text: footer.author === "" || footer.stats === "" ? footer.stats : qsTr("%1 · %2").arg(footer.author).arg(footer.stats)
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        elide: Text.ElideRight
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
}
