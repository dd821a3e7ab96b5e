import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// An error in plain words: the cause, the next step, and a button that takes it.
Card {
    id: card

    required property string cause
    required property string nextStep
    property string actionText: ""
    property string secondText: ""
    property string thirdText: ""

    signal actionRequested
    signal secondRequested
    signal thirdRequested

    tone: "danger"
    implicitHeight: column.implicitHeight + Theme.space4 * 2
    Accessible.role: Accessible.AlertMessage
    Accessible.name: cause + " " + nextStep

    RowLayout {
        anchors.fill: parent
        anchors.margins: Theme.space4
        spacing: Theme.space3
        Icon {
            symbol: "alert"
            color: Theme.danger
            Layout.alignment: Qt.AlignTop
        }
        ColumnLayout {
            id: column
            Layout.fillWidth: true
            spacing: Theme.space1
            Text {
                objectName: "errorCause"
                Layout.fillWidth: true
                text: card.cause
                color: Theme.text
                font.pixelSize: Theme.fontUi
                font.weight: Theme.fontMedium
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            Text {
                objectName: "errorNextStep"
                Layout.fillWidth: true
                visible: text !== ""
                text: card.nextStep
                color: Theme.textMuted
                font.pixelSize: Theme.fontSmall
                lineHeight: Theme.lineHeight - 0.2
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            Flow {
                Layout.fillWidth: true
                Layout.topMargin: Theme.space2
                spacing: Theme.space2
                visible: card.actionText !== ""
                AppButton {
                    objectName: "errorAction"
                    text: card.actionText
                    symbol: "retry"
                    onClicked: card.actionRequested()
                }
                AppButton {
                    objectName: "errorSecondAction"
                    visible: card.secondText !== ""
                    text: card.secondText
                    symbol: "folder"
                    onClicked: card.secondRequested()
                }
                AppButton {
                    objectName: "errorThirdAction"
                    visible: card.thirdText !== ""
                    text: card.thirdText
                    symbol: "sparkle"
                    onClicked: card.thirdRequested()
                }
            }
        }
    }
}
