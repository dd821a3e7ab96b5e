import QtQuick
import Hearth.Ui

// The word of an adapter's domain, in its colour.
Rectangle {
    id: tag

    required property string domain
    required property string text

    implicitWidth: word.implicitWidth + Theme.space2 * 2
    implicitHeight: word.implicitHeight + Theme.space1
    radius: height / 2
    color: Theme.domainSoft(domain)
    Text {
        id: word
        anchors.centerIn: parent
        text: tag.text
        color: Theme.domainTone(tag.domain)
        font.pixelSize: Theme.fontCaption
        font.weight: Theme.fontMedium
        textFormat: Text.PlainText
    }
}
