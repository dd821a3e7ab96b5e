pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A framed block of code: language label and copy button above; long lines scroll sideways inside the frame.
Rectangle {
    id: block

    required property string code
    required property string language
    property bool copied: false

    signal copyRequested(string text)

    function copy() {
        block.copyRequested(block.code);
        copied = true;
        feedback.restart();
    }

    // Streamed code grows at its end: only the new tail goes into the document.
    function showCode() {
        const shown = edit.shown;
        if (shown !== "" && code.length > shown.length && code.startsWith(shown))
            edit.insert(edit.length, code.slice(shown.length));
        else
            edit.text = code;
        edit.shown = code;
    }

    onCodeChanged: showCode()
    Component.onCompleted: showCode()

    implicitHeight: bar.height + scroll.height
    radius: Theme.radius
    color: Theme.sunken
    border.width: 1
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: language === "" ? qsTr("Code") : qsTr("Code, %1").arg(language)

    Timer {
        id: feedback
        interval: Theme.feedback
        onTriggered: block.copied = false
    }
    Item {
        id: bar
        width: parent.width
        height: Theme.control
        Text {
            anchors.left: parent.left
            anchors.leftMargin: Theme.space4
            anchors.right: copyButton.left
            anchors.verticalCenter: parent.verticalCenter
            text: block.language === "" ? qsTr("code") : block.language
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        AppButton {
            id: copyButton
            objectName: "copyCodeButton"
            anchors.right: parent.right
            anchors.rightMargin: Theme.space1
            anchors.verticalCenter: parent.verticalCenter
            implicitHeight: Theme.controlSmall
            leftPadding: Theme.space2
            rightPadding: Theme.space2
            quiet: true
            font.pixelSize: Theme.fontCaption
            symbol: block.copied ? "check" : "copy"
            text: block.copied ? qsTr("Copied") : qsTr("Copy")
            onClicked: block.copy()
        }
    }
    Rectangle {
        anchors.top: bar.bottom
        x: 1
        width: parent.width - x * 2
        height: 1
        color: Theme.border
    }
    Flickable {
        id: scroll
        anchors.top: bar.bottom
        anchors.topMargin: 1
        width: parent.width
        height: edit.height
        contentWidth: Math.max(width, edit.implicitWidth)
        contentHeight: height
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        interactive: contentWidth > width
        clip: true
        ScrollBar.horizontal: AppScrollBar {}
        TextEdit {
            id: edit
            objectName: "codeText"
            property string shown: ""
            width: scroll.contentWidth
            padding: Theme.space4
            topPadding: Theme.space3
            readOnly: true
            selectByMouse: true
            persistentSelection: true
            textFormat: TextEdit.PlainText
            wrapMode: TextEdit.NoWrap
            color: Theme.text
            selectionColor: Theme.selection
            selectedTextColor: Theme.selectionText
            font.family: Theme.mono
            font.pixelSize: Theme.fontCode
            Accessible.role: Accessible.StaticText
            Accessible.name: block.code
            HoverHandler {
                cursorShape: Qt.IBeamCursor
            }
        }
        WheelScroller {
            view: scroll
            horizontal: true
        }
    }
}
