import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

ToolTip {
    id: tip

    delay: Theme.toolTipDelay
    padding: Theme.space2
    font.pixelSize: Theme.fontCaption
    contentItem: Text {
        text: tip.text
        font: tip.font
        color: Theme.window
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
    background: Rectangle {
        color: Theme.text
        radius: Theme.radiusSmall
    }
}
