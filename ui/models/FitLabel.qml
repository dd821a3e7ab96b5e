import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// Where a model runs, in words and colour; a click shows the numbers behind it.
AbstractButton {
    id: label

    required property string tone
    property bool open: false
    property bool hasNumbers: true
    readonly property color ink: tone === "good" ? Theme.success : tone === "bad" ? Theme.danger : tone === "slow" ? Theme.warning : Theme.text

    // All but the words.
    readonly property real frameWidth: Theme.dot + Theme.space2 * 3 + (hasNumbers ? Theme.iconSmall + Theme.space1 : 0)

    implicitWidth: Math.ceil(metrics.advanceWidth) + 1 + frameWidth
    implicitHeight: Math.max(Theme.controlSmall, words.implicitHeight + Theme.space1)
    enabled: hasNumbers
    focusPolicy: hasNumbers ? Qt.TabFocus : Qt.NoFocus
    Accessible.role: hasNumbers ? Accessible.Button : Accessible.StaticText
    Accessible.name: label.text
    Accessible.description: hasNumbers ? qsTr("Shows the numbers behind it") : ""
    Accessible.onPressAction: label.clicked()
    Keys.onReturnPressed: label.clicked()
    Keys.onEnterPressed: label.clicked()

    TextMetrics {
        id: metrics
        font.pixelSize: Theme.fontSmall
        text: label.text
    }
    contentItem: Item {
        Rectangle {
            id: dot
            x: Theme.space2
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.dot
            height: width
            radius: width / 2
            color: label.tone === "fair" ? Theme.textFaint : label.ink
        }
        Text {
            id: words
            anchors.left: dot.right
            anchors.leftMargin: Theme.space2
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - label.frameWidth
            text: label.text
            color: label.ink
            font.pixelSize: Theme.fontSmall
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Icon {
            id: mark
            anchors.left: words.right
            anchors.leftMargin: Theme.space1
            anchors.verticalCenter: parent.verticalCenter
            visible: label.hasNumbers
            symbol: label.open ? "chevron-up" : "info"
            size: Theme.iconSmall
            color: Theme.textFaint
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: label.down ? Theme.pressed : label.hovered && label.hasNumbers ? Theme.hover : "transparent"
        FocusRing {
            shown: label.visualFocus
            anchors.margins: 0
            radius: Theme.radiusSmall
        }
    }
}
