pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A table as one rich-text document, so that a hundred rows stay one item. Long cells break their lines; tables of many columns scroll sideways.
Item {
    id: block

    required property var rows
    required property var alignments

    readonly property real available: parent ? parent.width : body.implicitWidth

    signal linkRequested(string link)

    function showRange(from: int, to: int) {
        body.showRange(from, to);
    }
    function placeAt(x: real, y: real): int {
        return body.positionAt(x + scroll.contentX, y);
    }

    // Qt Quick draws a table's borders all or none, and a cell's background without its padding.
    function tableHtml(): string {
        let out = "<table cellspacing='0' cellpadding='0' border='1' style='border-collapse:collapse;border-style:solid;border-color:" + Theme.border + "'>";
        for (let r = 0; r < rows.length; ++r) {
            const tag = r === 0 ? "th" : "td";
            const style = "padding:" + Theme.space2 + "px " + Theme.space4 + "px;font-weight:" + (r === 0 ? Theme.fontBold : Font.Normal) + ";";
            out += "<tr>";
            for (let c = 0; c < rows[r].length; ++c) {
                const align = c < alignments.length ? alignments[c] : "left";
                out += "<" + tag + " valign='middle' align='" + align + "' style='" + style + "'>" + rows[r][c] + "</" + tag + ">";
            }
            out += "</tr>";
        }
        return out + "</table>";
    }

    implicitHeight: scroll.height
    implicitWidth: Math.min(available, body.implicitWidth)
    Accessible.role: Accessible.Table
    Accessible.name: qsTr("Table with %n row(s)", "", Math.max(0, rows.length - 1))

    Flickable {
        id: scroll
        width: parent.width
        height: body.height
        contentWidth: Math.max(width, body.width, body.contentWidth)
        contentHeight: height
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        interactive: contentWidth > width
        clip: true
        ScrollBar.horizontal: AppScrollBar {}
        RichBlock {
            id: body
            objectName: "tableText"
            markup: block.tableHtml()
            width: Math.min(Math.ceil(implicitWidth), Math.max(block.available, (block.rows[0]?.length ?? 0) * Theme.tableColumn))
            wrapMode: TextEdit.WordWrap
            onLinkRequested: link => block.linkRequested(link)
        }
        WheelScroller {
            view: scroll
            horizontal: true
        }
    }
}
