import QtQuick
import Hearth.Ui

// Above a listing: its language, and what can be done with it.
Item {
    id: bar

    property string title: ""
    property bool copied: false

    signal copyRequested
    signal saveRequested

    function showCopied() {
        copied = true;
        feedback.restart();
    }

    height: Theme.control

    Timer {
        id: feedback
        interval: Theme.feedback
        onTriggered: bar.copied = false
    }
    Text {
        objectName: "codeLanguage"
        anchors.left: parent.left
        anchors.leftMargin: Theme.space4
        anchors.right: buttons.left
        anchors.rightMargin: Theme.space2
        anchors.verticalCenter: parent.verticalCenter
        text: bar.title === "" ? qsTr("code") : bar.title
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        elide: Text.ElideRight
        textFormat: Text.PlainText
    }
    Row {
        id: buttons
        anchors.right: parent.right
        anchors.rightMargin: Theme.space1
        anchors.verticalCenter: parent.verticalCenter
        IconButton {
            objectName: "wrapCodeButton"
            symbol: "wrap"
            label: qsTr("Wrap lines")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            tint: Theme.wrapCode ? Theme.accent : Theme.textMuted
            tintHover: Theme.wrapCode ? Theme.accentHover : Theme.text
            Accessible.checkable: true
            Accessible.checked: Theme.wrapCode
            onClicked: Theme.wrapCode = !Theme.wrapCode
        }
        IconButton {
            objectName: "saveCodeButton"
            symbol: "download"
            label: qsTr("Save as…")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: bar.saveRequested()
        }
        AppButton {
            objectName: "copyCodeButton"
            implicitHeight: Theme.controlSmall
            leftPadding: Theme.space2
            rightPadding: Theme.space2
            quiet: true
            font.pixelSize: Theme.fontCaption
            symbol: bar.copied ? "check" : "copy"
            text: bar.copied ? qsTr("Copied") : qsTr("Copy")
            onClicked: bar.copyRequested()
        }
    }
}
