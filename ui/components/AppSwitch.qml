import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

Switch {
    id: control

    required property string label

    implicitWidth: Theme.controlLarge
    implicitHeight: Theme.iconSmall + Theme.space2
    padding: 0
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.CheckBox
    Accessible.name: control.label
    contentItem: null
    indicator: Rectangle {
        implicitWidth: Theme.controlLarge
        implicitHeight: Theme.iconSmall + Theme.space2
        radius: height / 2
        color: control.checked ? Theme.accent : Theme.track
        Rectangle {
            x: control.checked ? parent.width - width - Theme.barThin : Theme.barThin
            anchors.verticalCenter: parent.verticalCenter
            width: parent.height - Theme.barThin * 2
            height: width
            radius: width / 2
            color: control.checked ? Theme.accentInk : Theme.raised
            Behavior on x {
                NumberAnimation {
                    duration: Theme.durationFast
                }
            }
        }
        FocusRing {
            shown: control.visualFocus
            radius: height / 2
        }
    }
}
