import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Asks before an adapter leaves this computer, and says what that frees.
AppDialog {
    id: dialog

    required property AdaptersViewModel adapters
    property var adapterId: 0
    property string adapterName: ""
    property string explanation: ""

    function ask(adapter: var) {
        adapterId = adapter.adapterId;
        adapterName = adapter.name;
        explanation = adapters.removalText(adapterId);
        open();
    }

    heading: qsTr("Remove %1?").arg(adapterName)
    onOpened: keep.forceActiveFocus(Qt.PopupFocusReason)

    ColumnLayout {
        width: parent.width
        spacing: Theme.space5
        Text {
            objectName: "removalText"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            text: dialog.explanation
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            lineHeight: Theme.lineHeight - 0.2
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            textFormat: Text.PlainText
        }
        DialogButtons {
            AppButton {
                id: keep
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "confirmRemoveAdapter"
                text: qsTr("Remove")
                symbol: "trash"
                dangerous: true
                onClicked: {
                    dialog.adapters.remove(dialog.adapterId);
                    dialog.close();
                }
            }
        }
    }
}
