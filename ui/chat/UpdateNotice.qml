import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// One quiet line: the weekly search has found a newer version.
Card {
    id: notice

    required property UpdatesModel updates

    signal shown

    implicitHeight: row.implicitHeight + Theme.space2 * 2
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.space4
        anchors.rightMargin: Theme.space2
        spacing: Theme.space3
        Icon {
            symbol: "sparkle"
            color: Theme.accent
        }
        Text {
            id: words
            Layout.fillWidth: true
            text: notice.updates.status
            color: Theme.text
            font.pixelSize: Theme.fontUi
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        AppButton {
            objectName: "showUpdate"
            text: qsTr("What is new")
            quiet: true
            onClicked: notice.shown()
        }
        IconButton {
            objectName: "dismissUpdate"
            symbol: "close"
            label: qsTr("Dismiss")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: notice.updates.dismissNotice()
        }
    }
}
