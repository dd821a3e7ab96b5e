import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// Floats above the composer while the reader looks at older text.
RoundButton {
    id: button

    property bool shown: false

    implicitWidth: Theme.control
    implicitHeight: Theme.control
    focusPolicy: Qt.TabFocus
    visible: opacity > 0
    opacity: shown ? 1 : 0
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("Jump to the latest message")
    Accessible.onPressAction: button.clicked()
    Keys.onReturnPressed: button.clicked()
    Behavior on opacity {
        NumberAnimation {
            duration: Theme.durationFast
        }
    }
    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            symbol: "arrow-down"
            color: Theme.text
        }
    }
    background: Rectangle {
        radius: height / 2
        color: button.down || button.hovered ? Theme.bubble : Theme.raised
        border.width: 1
        border.color: Theme.borderStrong
        FocusRing {
            shown: button.visualFocus
            radius: height / 2
        }
    }
    AppToolTip {
        visible: button.hovered
        text: qsTr("Jump to the latest message")
    }
}
