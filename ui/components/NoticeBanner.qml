import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// A problem or news of the whole application, with what to do about it.
Card {
    id: banner

    required property string notice
    required property string nextStep

    signal dismissed

    tone: "warning"
    implicitHeight: row.implicitHeight + Theme.space3 * 2
    Accessible.role: Accessible.AlertMessage
    Accessible.name: notice + " " + nextStep

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.space4
        anchors.rightMargin: Theme.space2
        spacing: Theme.space3
        Icon {
            symbol: banner.tone === "warning" ? "alert" : "info"
            color: banner.tone === "warning" ? Theme.warning : Theme.accent
            Layout.alignment: banner.nextStep === "" ? Qt.AlignVCenter : Qt.AlignTop
            Layout.topMargin: banner.nextStep === "" ? 0 : Theme.space3
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.space1
            Text {
                Layout.fillWidth: true
                text: banner.notice
                color: Theme.text
                font.pixelSize: Theme.fontUi
                font.weight: Theme.fontMedium
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            Text {
                Layout.fillWidth: true
                visible: text !== ""
                text: banner.nextStep
                color: Theme.textMuted
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
        }
        IconButton {
            objectName: "dismissNotice"
            symbol: "close"
            label: qsTr("Dismiss")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            Layout.alignment: Qt.AlignTop
            onClicked: banner.dismissed()
        }
    }
}
