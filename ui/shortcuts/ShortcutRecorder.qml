pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// Takes the next keys for one action, and says what is in the way.
AppDialog {
    id: dialog

    property string action: ""
    property string sequence: ""
    property string problem: ""

    function ask(wanted: string) {
        action = wanted;
        sequence = "";
        problem = "";
        open();
    }
    function take(event: var) {
        const pressed = Shortcuts.sequenceOf(event);
        if (pressed === "")
            return;
        sequence = pressed;
        problem = Shortcuts.conflict(action, pressed);
    }
    function accept() {
        if (Shortcuts.bind(action, sequence))
            close();
    }
    function reset() {
        if (Shortcuts.reset(action))
            close();
        else
            problem = qsTr("Another action has these keys now. Change that one first.");
    }

    objectName: "shortcutRecorder"
    heading: qsTr("Change the keys")
    onOpened: field.forceActiveFocus(Qt.PopupFocusReason)

    ColumnLayout {
        width: parent.width
        spacing: Theme.space3
        Text {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            text: dialog.action === "" ? "" : qsTr("Press the new keys for “%1”.").arg(Shortcuts.name(dialog.action))
            color: Theme.text
            font.pixelSize: Theme.fontUi
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        FocusScope {
            id: field
            objectName: "keyField"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            implicitHeight: Theme.space12
            activeFocusOnTab: true
            Accessible.role: Accessible.EditableText
            Accessible.name: dialog.sequence === "" ? qsTr("New keys") : qsTr("New keys: %1").arg(dialog.sequence)
            Accessible.focusable: true
            // Or the window would do what the keys do now. Esc and Tab lead out.
            Keys.onShortcutOverride: event => event.accepted = event.key !== Qt.Key_Escape
            Keys.onPressed: event => {
                const leads = event.key === Qt.Key_Escape || ((event.key === Qt.Key_Tab || event.key === Qt.Key_Backtab) && !(event.modifiers & (Qt.ControlModifier | Qt.AltModifier)));
                event.accepted = !leads;
                if (!leads)
                    dialog.take(event);
            }
            Rectangle {
                anchors.fill: parent
                radius: Theme.radius
                color: Theme.sunken
                border.width: field.activeFocus ? Theme.focusWidth : 1
                border.color: field.activeFocus ? Theme.accent : Theme.borderStrong
            }
            KeyCaps {
                anchors.centerIn: parent
                sequence: dialog.sequence === "" && dialog.action !== "" ? Shortcuts.label(dialog.action) : dialog.sequence
                opacity: dialog.sequence === "" ? 0.5 : 1
            }
            TapHandler {
                onTapped: field.forceActiveFocus(Qt.MouseFocusReason)
            }
        }
        Text {
            objectName: "keyProblem"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            visible: text !== ""
            text: dialog.problem
            color: Theme.danger
            font.pixelSize: Theme.fontSmall
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
        DialogButtons {
            Layout.topMargin: Theme.space2
            AppButton {
                objectName: "resetKeys"
                text: qsTr("Reset")
                enabled: dialog.action !== "" && Shortcuts.isChanged(dialog.action)
                onClicked: dialog.reset()
            }
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "saveKeys"
                text: qsTr("Save")
                primary: true
                enabled: dialog.sequence !== "" && dialog.problem === ""
                onClicked: dialog.accept()
            }
        }
    }
}
