pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// The model's reasoning: one quiet line until the reader opens it.
Column {
    id: block

    required property string html
    required property string title
    required property bool open
    property bool expanded: false

    signal linkRequested(string link)

    // Folded, it is no part of a selection.
    function showRange(from: int, to: int) {
        body.showRange(expanded ? from : -1, to);
    }
    function placeAt(x: real, y: real): int {
        return expanded && y >= body.y ? body.placeAt(x, y - body.y) : 0;
    }

    spacing: Theme.space2

    AbstractButton {
        id: toggle
        objectName: "thinkingToggle"
        x: -Theme.space2
        implicitHeight: Theme.controlSmall + Theme.space1
        implicitWidth: row.implicitWidth + Theme.space4
        text: block.title
        focusPolicy: Qt.TabFocus
        Accessible.role: Accessible.Button
        Accessible.name: block.expanded ? qsTr("%1. Hide the reasoning").arg(block.title) : qsTr("%1. Show the reasoning").arg(block.title)
        Accessible.onPressAction: toggle.clicked()
        onClicked: block.expanded = !block.expanded
        Keys.onReturnPressed: toggle.clicked()
        contentItem: Item {
            Row {
                id: row
                anchors.verticalCenter: parent.verticalCenter
                x: Theme.space2
                spacing: Theme.space2
                Icon {
                    symbol: "thought"
                    size: Theme.iconSmall
                    color: block.open ? Theme.accent : Theme.textMuted
                    anchors.verticalCenter: parent.verticalCenter
                }
                Text {
                    text: block.title
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontSmall
                    textFormat: Text.PlainText
                    anchors.verticalCenter: parent.verticalCenter
                }
                Icon {
                    symbol: "chevron-right"
                    size: Theme.iconSmall
                    rotation: block.expanded ? 90 : 0
                    anchors.verticalCenter: parent.verticalCenter
                    Behavior on rotation {
                        NumberAnimation {
                            duration: Theme.durationFast
                        }
                    }
                }
            }
        }
        background: Rectangle {
            radius: Theme.radius
            color: toggle.down ? Theme.pressed : toggle.hovered ? Theme.hover : "transparent"
            FocusRing {
                shown: toggle.visualFocus
            }
        }
    }
    QuoteBlock {
        id: body
        objectName: "thinkingText"
        width: parent.width
        visible: block.expanded
        html: block.expanded ? block.html : ""
        onLinkRequested: link => block.linkRequested(link)
    }
}
