import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Says what goes and what stays before a model is deleted.
AppDialog {
    id: dialog

    required property ModelsViewModel models
    property var variantId: 0
    property string name: ""
    property string explanation: ""

    function ask(id: var, fullName: string) {
        variantId = id;
        name = fullName;
        explanation = models.removalText(id);
        open();
    }

    heading: qsTr("Remove %1?").arg(name)
    onOpened: cancel.forceActiveFocus(Qt.PopupFocusReason)

    ColumnLayout {
        width: parent.width
        spacing: Theme.space4
        Text {
            objectName: "removalText"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            text: dialog.explanation
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            lineHeight: Theme.lineHeight - 0.2
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        DialogButtons {
            AppButton {
                id: cancel
                objectName: "removeCancel"
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "removeConfirm"
                text: qsTr("Remove")
                symbol: "trash"
                dangerous: true
                onClicked: {
                    dialog.close();
                    dialog.models.remove(dialog.variantId);
                }
            }
        }
    }
}
