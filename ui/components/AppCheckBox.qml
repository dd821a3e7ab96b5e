import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

CheckBox {
    id: box

    padding: 0
    spacing: Theme.space3
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.CheckBox
    Accessible.name: box.text
    indicator: Rectangle {
        y: (box.height - height) / 2
        implicitWidth: Theme.icon
        implicitHeight: Theme.icon
        radius: Theme.radiusSmall
        color: box.checked ? Theme.accent : Theme.surface
        border.width: box.checked ? 0 : 1
        border.color: Theme.borderStrong
        Icon {
            anchors.centerIn: parent
            visible: box.checked
            symbol: "check"
            size: Theme.iconSmall
            color: Theme.accentInk
        }
        FocusRing {
            shown: box.visualFocus
            radius: Theme.radiusSmall + Theme.focusWidth
        }
    }
    contentItem: Text {
        leftPadding: box.indicator.width + box.spacing
        text: box.text
        color: Theme.text
        font.pixelSize: Theme.fontUi
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
