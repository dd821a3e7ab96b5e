import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// One place where the words were found: the chat, the day, and for a message the text around them.
ItemDelegate {
    id: row

    required property int index
    required property var messageId
    required property string title
    required property string snippet
    required property string when
    readonly property bool inTitle: messageId === 0
    readonly property string shownTitle: title === "" ? qsTr("New chat") : title

    // Two lines of text at most.
    readonly property int snippetHeight: Math.min(text.implicitHeight, Theme.snippetLine * 2)

    implicitHeight: content.height + Theme.space2 * 2
    focusPolicy: Qt.NoFocus
    padding: 0
    Accessible.role: Accessible.ListItem
    Accessible.name: inTitle ? qsTr("%1, %2").arg(shownTitle).arg(when) : qsTr("%1, %2: %3").arg(shownTitle).arg(when).arg(text.getText(0, text.length))
    Accessible.selected: ListView.isCurrentItem
    Accessible.focusable: true
    Accessible.onPressAction: row.clicked()

    contentItem: Item {
        Item {
            id: content
            x: Theme.space3
            y: Theme.space2
            width: parent.width - Theme.space3 * 2
            height: heading.height + (row.inTitle ? 0 : row.snippetHeight + Theme.focusWidth)
            Item {
                id: heading
                width: parent.width - day.width - Theme.space2
                height: row.inTitle ? Math.min(foundTitle.implicitHeight, Theme.titleLine * 2) : plainTitle.implicitHeight
                clip: true
                Text {
                    id: plainTitle
                    width: parent.width
                    visible: !row.inTitle
                    text: row.shownTitle
                    color: Theme.text
                    font.pixelSize: Theme.fontUi
                    font.weight: Theme.fontMedium
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                }
                RichBlock {
                    id: foundTitle
                    width: parent.width
                    visible: row.inTitle
                    enabled: false
                    markup: row.inTitle ? Theme.snippet(row.snippet, Theme.titleLine) : ""
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontUi
                    emphasis: true
                    Accessible.ignored: true
                }
            }
            Text {
                id: day
                anchors.right: parent.right
                anchors.baseline: heading.top
                anchors.baselineOffset: plainTitle.baselineOffset
                text: row.when
                color: Theme.textFaint
                font.pixelSize: Theme.fontCaption
                textFormat: Text.PlainText
            }
            Item {
                anchors.top: heading.bottom
                anchors.topMargin: Theme.focusWidth
                width: parent.width
                height: row.snippetHeight
                visible: !row.inTitle
                clip: true
                RichBlock {
                    id: text
                    objectName: "snippet"
                    width: parent.width
                    enabled: false
                    markup: row.inTitle ? "" : Theme.snippet(row.snippet, Theme.snippetLine)
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontCaption
                    emphasis: true
                    Accessible.ignored: true
                }
            }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: row.ListView.isCurrentItem ? Theme.selected : row.down ? Theme.pressed : row.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: row.activeFocus
            anchors.margins: 0
            radius: Theme.radius
        }
    }
}
