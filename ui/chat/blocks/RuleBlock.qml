import QtQuick
import Hearth.Ui

Item {
    implicitHeight: Theme.space4
    Accessible.role: Accessible.Separator
    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        height: 1
        color: Theme.border
    }
}
