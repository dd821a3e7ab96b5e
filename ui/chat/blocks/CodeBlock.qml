pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// A framed block of code in colours, below a bar; long lines scroll sideways inside the frame, or go on in the next line.
Rectangle {
    id: block

    required property int index
    required property string code
    required property string language
    required property BlockListModel blocks
    property bool ready: false
    // The last lines, as they stand in the document that grows.
    property string tailText: ""
    property string tailLine: ""
    property int tailLines: 0
    property real longestLine: 0
    property int selectedFrom: -1
    property int selectedTo: -1
    // What is open (a comment, a string) where the last lines begin.
    property string tailOpened: ""
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
    signal saveRequested(string text, string name)

    // Streamed code grows at its end, and long code must not cost more per frame than short code. So only what is new comes here, the text
    // lies in documents of some lines, only the last one changes, and those out of sight are not drawn.
    // Nothing may read implicitWidth: it would lay out a document again with every token.
    function showCode() {
        frozen.clear();
        tail.text = "";
        tailText = "";
        tailLine = "";
        tailLines = 0;
        tailOpened = "";
        longestLine = 0;
        append(code);
    }
    function append(text: string) {
        const chunks = frozen.count;
        let start = 0;
        for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
            tailLine += text.slice(lineStart(text, end), end);
            measure();
            tailLine = "";
            if (++tailLines < Theme.codeChunkLines)
                continue;
            const part = tailText + text.slice(start, end);
            frozen.append({part: part, opened: tailOpened});
            start = end + 1;
            tail.text = "";
            tailText = "";
            tailLines = 0;
            tailOpened = tail.colouring.after(part, tailOpened);
        }
        tailLine += text.slice(lineStart(text, text.length));
        measure();
        const rest = text.slice(start);
        tailText += rest;
        tail.insert(tail.length, rest);
        if (selectedFrom >= 0 && (frozen.count !== chunks || rest === code))
            showRange(selectedFrom, selectedTo);
    }
    // See RichBlock; the lines lie in several documents here.
    function showRange(from: int, to: int) {
        const had = selectedFrom >= 0;
        selectedFrom = from;
        selectedTo = to;
        if (from < 0 && !had)
            return;
        let start = 0;
        for (let i = 0; i < frozen.count; ++i) {
            parts.itemAt(i).shown.showRange(from - start, to - start);
            start += frozen.get(i).part.length + 1;
        }
        tail.showRange(from - start, to - start);
    }
    function placeAt(x: real, y: real): int {
        let start = 0;
        for (let i = 0; i < frozen.count; ++i) {
            const part = parts.itemAt(i);
            const place = part.mapFromItem(block, x, y);
            if (place.y < part.height)
                return start + part.shown.positionAt(place.x, place.y);
            start += frozen.get(i).part.length + 1;
        }
        const place = tail.mapFromItem(block, x, y);
        return start + tail.positionAt(place.x, place.y);
    }
    // Where the line that ends at `end` begins.
    function lineStart(text: string, end: int): int {
        return end === 0 ? 0 : text.lastIndexOf("\n", end - 1) + 1;
    }
    function measure() {
        longestLine = Math.max(longestLine, metrics.advanceWidth(tailLine.replace(/\t/g, tab)));
    }

    // Text put into a document that is not complete yet is not announced, and would have no name for a screen reader.
    onCodeChanged: if (ready) showCode()
    onLanguageChanged: if (ready) showCode()
    Component.onCompleted: {
        for (let item = parent; item; item = item.parent) {
            if (item.objectName === "conversationList")
                view = item;
        }
        ready = true;
        showCode();
    }

    Connections {
        target: block.blocks
        function onCodeAppended(row: int, text: string) {
            if (row === block.index && block.ready)
                block.append(text);
        }
    }

    implicitHeight: bar.height + scroll.height
    radius: Theme.radius
    color: Theme.sunken
    border.width: 1
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: language === "" ? qsTr("Code") : qsTr("Code, %1").arg(tail.colouring.title)

    FontMetrics {
        id: metrics
        font: tail.font
    }
    CodeBar {
        id: bar
        width: parent.width
        title: tail.colouring.title
        onCopyRequested: {
            block.copyRequested(block.blocks.codeAt(block.index));
            bar.showCopied();
        }
        onSaveRequested: block.saveRequested(block.blocks.codeAt(block.index), tail.colouring.fileName)
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
        contentWidth: Theme.wrapCode ? width : Math.max(width, Math.ceil(block.longestLine) + Theme.space4 * 2)
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
                id: parts
                model: ListModel {
                    id: frozen
                }
                Item {
                    id: chunk
                    required property string part
                    required property string opened
                    readonly property alias shown: lines
                    readonly property real from: block.offset + bar.height + y - (block.view ? block.view.contentY : 0)
                    width: column.width
                    height: lines.height
                    CodeText {
                        id: lines
                        width: chunk.width
                        text: chunk.part
                        language: block.language
                        opened: chunk.opened
                        tabStopDistance: tail.tabStopDistance
                        visible: block.view === null || (chunk.from < block.view.height && chunk.from + chunk.height > 0)
                    }
                }
            }
            CodeText {
                id: tail
                objectName: "codeText"
                width: column.width
                language: block.language
                opened: block.tailOpened
                tabStopDistance: metrics.advanceWidth(block.tab)
            }
        }
        WheelScroller {
            view: scroll
            horizontal: true
        }
    }
}
