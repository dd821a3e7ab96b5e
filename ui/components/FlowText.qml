import QtQuick
import Hearth.Ui

// As wide as its text, up to `maximumWidth`; longer text wraps.
Text {
    id: words

    required property real maximumWidth

    width: Math.min(Math.ceil(metrics.advanceWidth) + 1, maximumWidth)
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
    TextMetrics {
        id: metrics
        font: words.font
        text: words.text
    }
}
