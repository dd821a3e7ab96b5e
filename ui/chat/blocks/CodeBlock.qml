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
    property string shownCode: ""
    property int tailStart: 0
    property real longestLine: 0
    // The conversation's list and this block's place in it; null and 0 elsewhere.
    property Flickable view: null
    readonly property real offset: {
        let y = 0;
        for (let item = block; item && view && item !== view.contentItem; item = item.parent)
            y += item.y;
        return y;
    }
    readonly property string tab: "        "

    signal copyRequested(string text)

    function copy() {
        block.copyRequested(block.code);
        copied = true;
        feedback.restart();
    }

    // Streamed code grows at its end, and long code must not cost more per frame than short code. So the text lies in
    // documents of a few hundred lines, only the last one changes, and those out of sight are not drawn.
    // Nothing may read implicitWidth: it would lay out a document again with every token.
    function showCode() {
        const grows = code.startsWith(shownCode);
        if (!grows)
            frozen.clear();
        const measured = grows ? shownCode.lastIndexOf("\n") + 1 : 0;
        const oldStart = grows ? tailStart : -1;
        let start = Math.max(0, oldStart);
        let lines = 0;
        for (let end = code.indexOf("\n", start); end >= 0; end = code.indexOf("\n", end + 1)) {
            if (++lines < Theme.codeChunkLines)
                continue;
            frozen.append({part: code.slice(start, end)});
            start = end + 1;
            lines = 0;
        }
        if (start === oldStart)
            tail.insert(tail.length, code.slice(shownCode.length));
        else
            tail.text = code.slice(start);
        tailStart = start;
        longestLine = longestFrom(measured, grows ? longestLine : 0);
        shownCode = code;
    }
    function longestFrom(start: int, known: real): real {
        let longest = known;
        for (let from = start; from <= code.length;) {
            const end = code.indexOf("\n", from);
            const line = code.slice(from, end < 0 ? code.length : end);
            longest = Math.max(longest, metrics.advanceWidth(line.replace(/\t/g, tab)));
            from = end < 0 ? code.length + 1 : end + 1;
        }
        return longest;
    }

    onCodeChanged: showCode()
    Component.onCompleted: {
        for (let item = parent; item; item = item.parent) {
            if (item.objectName === "conversationList")
                view = item;
        }
        showCode();
    }

    implicitHeight: bar.height + scroll.height
    radius: Theme.radius
    color: Theme.sunken
    border.width: 1
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: language === "" ? qsTr("Code") : qsTr("Code, %1").arg(language)

    FontMetrics {
        id: metrics
        font: tail.font
    }
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
        height: column.height
        contentWidth: Math.max(width, Math.ceil(block.longestLine) + Theme.space4 * 2)
        contentHeight: height
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        interactive: contentWidth > width
        clip: true
        ScrollBar.horizontal: AppScrollBar {}
        Column {
            id: column
            width: scroll.contentWidth
            topPadding: Theme.space3
            bottomPadding: Theme.space4
            Repeater {
                model: ListModel {
                    id: frozen
                }
                Item {
                    id: chunk
                    required property string part
                    readonly property real from: block.offset + bar.height + y - (block.view ? block.view.contentY : 0)
                    width: column.width
                    height: lines.height
                    CodeText {
                        id: lines
                        width: chunk.width
                        text: chunk.part
                        tabStopDistance: tail.tabStopDistance
                        visible: block.view === null || (chunk.from < block.view.height && chunk.from + chunk.height > 0)
                    }
                }
            }
            CodeText {
                id: tail
                objectName: "codeText"
                width: column.width
                tabStopDistance: metrics.advanceWidth(block.tab)
            }
        }
        WheelScroller {
            view: scroll
            horizontal: true
        }
    }
}
