import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// An error in plain words: the cause, the next step, technical text if there is any, and a button that takes the step.
Card {
    id: card

    required property string cause
    required property string nextStep
    property string detail: ""
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
            color: card.tone === "warning" ? Theme.warning : Theme.danger
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
            TextEdit {
                objectName: "errorDetail"
                Layout.fillWidth: true
                Layout.preferredHeight: Math.min(implicitHeight, cursorRectangle.height * Theme.detailLines)
                Layout.topMargin: Theme.space1
                visible: card.detail !== ""
                clip: true
                text: qsTr("Details: %1").arg(card.detail)
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
                readOnly: true
                selectByMouse: true
                color: Theme.textMuted
                selectionColor: Theme.selection
                selectedTextColor: Theme.selectionText
                font.family: Theme.mono
                font.pixelSize: Theme.fontCaption
                Accessible.role: Accessible.StaticText
                Accessible.name: text
                Accessible.readOnly: true
            }
            Flow {
                id: actions
                Layout.fillWidth: true
                Layout.topMargin: Theme.space2
                spacing: Theme.space2
                visible: card.actionText !== ""
                AppButton {
                    objectName: "errorAction"
                    width: Math.min(implicitWidth, actions.width)
                    text: card.actionText
                    symbol: "retry"
                    onClicked: card.actionRequested()
                }
                AppButton {
                    objectName: "errorSecondAction"
                    visible: card.secondText !== ""
                    width: Math.min(implicitWidth, actions.width)
                    text: card.secondText
                    symbol: "folder"
                    onClicked: card.secondRequested()
                }
                AppButton {
                    objectName: "errorThirdAction"
                    visible: card.thirdText !== ""
                    width: Math.min(implicitWidth, actions.width)
                    text: card.thirdText
                    symbol: "sparkle"
                    onClicked: card.thirdRequested()
                }
            }
        }
    }
}
