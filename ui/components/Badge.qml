import QtQuick
import Hearth.Ui

// A word or two about a thing, in a soft frame. `tone`: "plain", "accent", "good", "warning" or "danger".
Rectangle {
    id: badge

    required property string text
    property string tone: "plain"
    readonly property color ink: tone === "accent" ? Theme.accent : tone === "good" ? Theme.success : tone === "warning" ? Theme.warning : tone === "danger" ? Theme.danger : Theme.textMuted

    implicitWidth: label.implicitWidth + Theme.space2 * 2
    implicitHeight: label.implicitHeight + Theme.space1
    radius: height / 2
    color: tone === "accent" ? Theme.accentSoft : tone === "warning" ? Theme.warningSoft : tone === "danger" ? Theme.dangerSoft : Theme.bubble
    Text {
        id: label
        x: Theme.space2
        width: badge.width - x * 2
        anchors.verticalCenter: parent.verticalCenter
        text: badge.text
        color: badge.ink
        font.pixelSize: Theme.fontCaption
        font.weight: Theme.fontMedium
        elide: Text.ElideRight
        textFormat: Text.PlainText
    }
}
