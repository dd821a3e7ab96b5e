pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.Ui

// One group of the sheet of shortcuts: what they do at the left, their keys at the right, which change with a click.
Column {
    id: group

    required property string heading
    required property var actions

    signal changeRequested(string action)

    spacing: Theme.space2
    Text {
        width: parent.width
        text: group.heading
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        font.weight: Theme.fontMedium
        bottomPadding: Theme.space1
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    Repeater {
        model: group.actions
        RowLayout {
            id: line
            required property var modelData
            readonly property string action: modelData[0]
            readonly property string label: modelData[1]
            objectName: "shortcut-" + action
            width: group.width
            spacing: Theme.space3
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("%1: %2").arg(label).arg(Shortcuts.keys[action].join(", "))
            Text {
                Layout.fillWidth: true
                text: line.label
                color: Theme.text
                font.pixelSize: Theme.fontUi
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
                Accessible.ignored: true
            }
            AbstractButton {
                id: keysButton
                objectName: "change-" + line.action
                Layout.alignment: Qt.AlignVCenter
                enabled: Shortcuts.isFree(line.action)
                padding: Theme.space1
                hoverEnabled: true
                focusPolicy: Qt.TabFocus
                Accessible.role: Accessible.Button
                Accessible.name: qsTr("Change the keys for “%1”").arg(line.label)
                Keys.onReturnPressed: clicked()
                Keys.onEnterPressed: clicked()
                onClicked: group.changeRequested(line.action)
                contentItem: Column {
                    id: sequences
                    spacing: Theme.space1
                    Repeater {
                        model: Shortcuts.keys[line.action]
                        KeyCaps {
                            required property string modelData
                            x: sequences.width - width
                            sequence: modelData
                        }
                    }
                }
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: keysButton.down ? Theme.pressed : keysButton.hovered && keysButton.enabled ? Theme.hover : Shortcuts.isChanged(line.action) ? Theme.accentSoft : "transparent"
                    FocusRing {
                        shown: keysButton.visualFocus
                    }
                }
            }
        }
    }
}
