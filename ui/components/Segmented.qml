pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A row of exclusive choices. `options` is a list of {value, text, badge}; the badge, a small number, may be left out.
FocusScope {
    id: control

    required property string label
    required property var options
    property string value: ""
    // Where there is less room, the badges go, and then the distances get small.
    property real maximumWidth: Infinity
    readonly property real wanted: options.reduce((sum, option) => sum + textWidth(option.text + (option.badge ? " " + option.badge : "")) + Theme.space3 * 2, Theme.space2)
    readonly property bool tight: wanted > maximumWidth
    // The share of its width that a choice gets where even that is too much.
    readonly property real share: Math.min(1, (maximumWidth - Theme.space2) / options.reduce((sum, option) => sum + tightWidth(option), 0))

    signal chosen(string value)

    function tightWidth(option: var): real {
        return textWidth(option.text) + Theme.space1 * 2;
    }
    // Reads the font, so that bindings follow when the size of the text changes.
    function textWidth(text: string): real {
        return metrics.font.pixelSize > 0 ? Math.ceil(metrics.advanceWidth(text)) + 1 : 0;
    }
    function focusChosen() {
        for (let i = 0; i < options.length; ++i) {
            if (options[i].value === value)
                choices.itemAt(i).forceActiveFocus(Qt.ShortcutFocusReason);
        }
    }

    implicitWidth: Math.min(row.implicitWidth + Theme.space1 * 2, maximumWidth)
    implicitHeight: Theme.control
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    FontMetrics {
        id: metrics
        font.pixelSize: Theme.fontSmall
        font.weight: Theme.fontMedium
    }
    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: Theme.selected
    }
    Row {
        id: row
        anchors.centerIn: parent
        Repeater {
            id: choices
            model: control.options
            RadioButton {
                id: option
                required property var modelData
                readonly property bool on: control.value === modelData.value
                readonly property string badge: control.tight ? "" : modelData.badge ?? ""
                objectName: "option-" + modelData.value
                height: Theme.control - Theme.space2
                width: control.tight ? Math.floor(control.tightWidth(modelData) * control.share) : implicitWidth
                leftPadding: control.tight ? Theme.space1 : Theme.space3
                rightPadding: leftPadding
                text: modelData.text
                font.pixelSize: Theme.fontSmall
                font.weight: on ? Theme.fontMedium : Font.Normal
                focusPolicy: Qt.TabFocus
                checkable: false // the value decides, not the click
                indicator: null
                topPadding: 0
                bottomPadding: 0
                Accessible.role: Accessible.RadioButton
                Accessible.name: modelData.badge ? qsTr("%1, %2").arg(option.text).arg(modelData.badge) : option.text
                Accessible.checkable: true
                Accessible.checked: option.on
                Accessible.onPressAction: option.clicked()
                Keys.onReturnPressed: option.clicked()
                Keys.onEnterPressed: option.clicked()
                onClicked: control.chosen(modelData.value)
                contentItem: Row {
                    spacing: Theme.space1
                    Text {
                        width: control.tight ? option.width - Theme.space1 * 2 : control.textWidth(option.text)
                        height: parent.height
                        text: option.text
                        font: option.font
                        color: option.on ? Theme.text : Theme.textMuted
                        elide: control.tight ? Text.ElideRight : Text.ElideNone
                        textFormat: Text.PlainText
                        verticalAlignment: Text.AlignVCenter
                    }
                    Text {
                        height: parent.height
                        visible: text !== ""
                        text: option.badge
                        font.pixelSize: Theme.fontCaption
                        color: option.on ? Theme.accent : Theme.textFaint
                        textFormat: Text.PlainText
                        verticalAlignment: Text.AlignVCenter
                    }
                }
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: option.on ? Theme.thumb : option.hovered ? Theme.hover : "transparent"
                    border.width: option.on ? 1 : 0
                    border.color: Theme.border
                    FocusRing {
                        shown: option.visualFocus
                    }
                }
            }
        }
    }
}
