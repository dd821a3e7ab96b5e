import QtQuick
import Hearth.Ui

Item {
    id: quote

    required property string html

    signal linkRequested(string link)

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
