import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// The composer's round buttons. While an answer is computed, stop takes the place of send;
// text written meanwhile brings send back beside it, because it can be queued.
Row {
    id: buttons

    required property bool busy
    required property bool canSend

    signal sendRequested
    signal stopRequested

    spacing: Theme.space1

    RoundAction {
        objectName: "stopButton"
        visible: buttons.busy
        symbol: "stop"
        label: qsTr("Stop the answer")
        shortcutText: Shortcuts.label("stop")
        fill: Theme.text
        ink: Theme.window
        onClicked: buttons.stopRequested()
    }
    RoundAction {
        objectName: "sendButton"
        visible: !buttons.busy || buttons.canSend
        enabled: buttons.canSend
        symbol: "send"
        label: buttons.busy ? qsTr("Send after this answer") : qsTr("Send")
        shortcutText: Shortcuts.label("send")
        fill: Theme.accent
        ink: Theme.accentInk
        onClicked: buttons.sendRequested()
    }

    component RoundAction: AbstractButton {
        id: action
        required property string symbol
        required property string label
        required property string shortcutText
        required property color fill
        required property color ink
        implicitWidth: Theme.control
        implicitHeight: Theme.control
        focusPolicy: Qt.TabFocus
        Accessible.role: Accessible.Button
        Accessible.name: action.label
        Accessible.onPressAction: action.clicked()
        Keys.onReturnPressed: action.clicked()
        contentItem: Item {
            Icon {
                anchors.centerIn: parent
                symbol: action.symbol
                color: action.enabled ? action.ink : Theme.textFaint
            }
        }
        background: Rectangle {
            radius: height / 2
            color: !action.enabled ? Theme.selected : action.down ? Qt.darker(action.fill, 1.2) : action.hovered ? Qt.lighter(action.fill, 1.1) : action.fill
            FocusRing {
                shown: action.visualFocus
                radius: height / 2
            }
        }
        HoverHandler {
            cursorShape: action.enabled ? Qt.PointingHandCursor : Qt.ArrowCursor
        }
        AppToolTip {
            visible: action.hovered && !action.down
            text: qsTr("%1 (%2)").arg(action.label).arg(action.shortcutText)
        }
    }
}
