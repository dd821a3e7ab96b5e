import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// Under an answer: copy and try again, then speed and the model's name.
RowLayout {
    id: footer

    required property string stats
    required property string modelName
    property bool finished: true
    property bool canCopy: true
    property bool canRetry: true
    property bool copied: false

    signal copyRequested
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
    Text {
        objectName: "statsText"
        Layout.fillWidth: true
        Layout.leftMargin: footer.finished ? Theme.space1 : 0
        text: footer.modelName === "" || footer.stats === "" ? footer.stats : qsTr("%1 · %2").arg(footer.modelName).arg(footer.stats)
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        elide: Text.ElideRight
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
}
