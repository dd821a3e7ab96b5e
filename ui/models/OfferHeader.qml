pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// The part of a model to download that is always shown; a click opens or closes the rest.
AbstractButton {
    id: header

    required property string publisher
    required property string facts
    required property string goodAt
    required property var tags
    required property string fitText
    required property string fitTone
    required property bool installed
    required property bool adapter
    required property bool gated
    required property bool expanded

    implicitHeight: column.height + Theme.space3 * 2
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Button
    Accessible.name: [header.text, header.publisher, header.facts, header.fitText].filter(part => part !== "").join(", ")
    Accessible.description: header.goodAt
    Accessible.checkable: true
    Accessible.checked: header.expanded
    Accessible.onPressAction: header.clicked()
    Keys.onReturnPressed: header.clicked()
    Keys.onEnterPressed: header.clicked()

    contentItem: Item {
        Column {
            id: column
            x: Theme.space4
            y: Theme.space3
            width: parent.width - chevron.width - Theme.space4 * 2 - Theme.space3
            spacing: Theme.space1
            Flow {
                width: parent.width
                spacing: Theme.space2
                Text {
                    width: Math.min(implicitWidth, parent.width)
                    text: header.text
                    color: Theme.text
                    font.pixelSize: Theme.fontBody
                    font.weight: Theme.fontBold
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                }
                Text {
                    width: Math.min(implicitWidth, parent.width)
                    height: Math.max(implicitHeight, tag.implicitHeight)
                    visible: text !== ""
                    text: header.publisher
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontSmall
                    elide: Text.ElideRight
                    verticalAlignment: Text.AlignVCenter
                    textFormat: Text.PlainText
                }
                Badge {
                    id: tag
                    visible: header.installed
                    text: qsTr("Installed")
                    tone: "good"
                }
                Badge {
                    visible: header.adapter
                    text: qsTr("Adapter")
                }
                Badge {
                    visible: header.gated
                    text: qsTr("Needs permission")
                    tone: "warning"
                }
            }
            Line {
                visible: text !== ""
                text: header.goodAt
                color: Theme.text
            }
            Line {
                visible: text !== ""
                text: header.facts
            }
            Flow {
                width: parent.width
                spacing: Theme.space2
                visible: header.fitText !== "" || header.tags.length > 0
                Row {
                    visible: header.fitText !== ""
                    spacing: Theme.space2
                    rightPadding: Theme.space1
                    Rectangle {
                        width: Theme.dot
                        height: width
                        radius: width / 2
                        anchors.verticalCenter: parent.verticalCenter
                        color: header.fitTone === "good" ? Theme.success : header.fitTone === "bad" ? Theme.danger : header.fitTone === "slow" ? Theme.warning : Theme.accent
                    }
                    FlowText {
                        maximumWidth: column.width - Theme.dot - Theme.space3
                        text: header.fitText
                        color: header.fitTone === "good" ? Theme.success : header.fitTone === "bad" ? Theme.danger : header.fitTone === "slow" ? Theme.warning : Theme.text
                        font.pixelSize: Theme.fontSmall
                    }
                }
                Repeater {
                    model: header.tags
                    Badge {
                        required property string modelData
                        text: modelData
                    }
                }
            }
        }
        Icon {
            id: chevron
            anchors.right: parent.right
            anchors.rightMargin: Theme.space4
            y: Theme.space3
            symbol: header.expanded ? "chevron-up" : "chevron-down"
            size: Theme.iconSmall
        }
    }
    background: Rectangle {
        radius: Theme.radiusLarge
        color: header.down ? Theme.pressed : header.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: header.visualFocus
            anchors.margins: 0
            radius: Theme.radiusLarge
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }

    component Line: Text {
        width: parent.width
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        lineHeight: Theme.lineHeight - 0.2
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
