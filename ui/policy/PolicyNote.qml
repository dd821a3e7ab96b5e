import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// Why a message was not sent, above the box that still holds it.
Card {
    id: note

    required property string text

    signal dismissed

    objectName: "policyNote"
    tone: "warning"
    visible: text !== ""
    implicitHeight: visible ? row.implicitHeight + Theme.space2 * 2 : 0
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.space4
        anchors.rightMargin: Theme.space2
        spacing: Theme.space3
        Icon {
            symbol: "alert"
            color: Theme.warning
        }
        Text {
            Layout.fillWidth: true
            text: note.text
            color: Theme.text
            font.pixelSize: Theme.fontSmall
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
        IconButton {
            objectName: "dismissPolicyNote"
            symbol: "close"
            label: qsTr("Dismiss")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: note.dismissed()
        }
    }
}
