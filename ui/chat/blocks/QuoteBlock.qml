import QtQuick
import Hearth.Ui

Item {
    id: quote

    required property string html

    signal linkRequested(string link)

    function showRange(from: int, to: int) {
        body.showRange(from, to);
    }
    function placeAt(x: real, y: real): int {
        return body.positionAt(x - body.x, y);
    }

    implicitHeight: body.implicitHeight
    Rectangle {
        width: Theme.barThin
        height: parent.height
        radius: 1
        color: Theme.borderStrong
    }
    RichBlock {
        id: body
        x: Theme.space4
        width: parent.width - x
        markup: quote.html
        color: Theme.textMuted
        onLinkRequested: link => quote.linkRequested(link)
    }
}
