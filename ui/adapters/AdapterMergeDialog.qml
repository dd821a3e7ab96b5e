pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Base and adapters become a model of their own: which base, how much of which adapter, which type, which name.
AppDialog {
    id: dialog

    required property AdaptersViewModel adapters
    property var bases: []
    property var base: 0
    property string type: ""
    // Maps of adapterId, name, domain, on, strength.
    property var parts: []
    property bool named: false
    readonly property var chosen: parts.filter(part => part.on && part.strength > 0)

    function begin(adapter: var) {
        bases = adapters.basesOf(adapter.adapterId);
        if (bases.length === 0)
            return;
        type = "";
        named = false;
        takeBase(bases[0].value, adapter.adapterId);
        open();
    }
    function takeBase(variantId: var, adapterId: var) {
        base = variantId;
        const before = parts.filter(part => part.on).map(part => part.adapterId);
        parts = adapters.fitting(variantId).map(part => Object.assign({
                    on: adapterId !== 0 ? part.adapterId === adapterId : before.includes(part.adapterId),
                    strength: 1
                }, part));
        suggest();
    }
    function change(index: int, values: var) {
        const changed = parts.slice();
        changed[index] = Object.assign({}, changed[index], values);
        parts = changed;
        suggest();
    }
    function suggest() {
        if (!named)
            nameField.text = adapters.mergeName(base, chosen.map(part => part.adapterId));
    }
    function accept() {
        adapters.merge(base, chosen.map(part => ({
                        adapterId: part.adapterId,
                        scale: part.strength
                    })), nameField.text, type);
        close();
    }

    heading: qsTr("Make a model of it")
    onOpened: nameField.forceActiveFocus(Qt.PopupFocusReason)

    ColumnLayout {
        width: parent.width
        spacing: Theme.space3
        Words {
            text: qsTr("The adapters are worked into a copy of the model, which then needs no switch. The model and the adapters stay as they are.")
            color: Theme.textMuted
        }
        Words {
            text: qsTr("Model")
        }
        OptionBox {
            objectName: "mergeBase"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Model")
            options: dialog.bases
            value: dialog.base
            onChosen: value => dialog.takeBase(value, 0)
        }
        Words {
            text: qsTr("Adapters")
        }
        Repeater {
            model: dialog.parts.length
            MergePart {
                required property int index
                Layout.fillWidth: true
                Layout.leftMargin: Theme.space6
                Layout.rightMargin: Theme.space6
                part: dialog.parts[index] ?? ({})
                locked: !part.on && dialog.parts.filter(other => other.on).length >= 4
                onSwitched: on => dialog.change(index, {
                        on: on
                    })
                onStrengthened: strength => dialog.change(index, {
                        strength: strength
                    })
            }
        }
        Words {
            text: qsTr("Type: a smaller one takes less memory and loses some quality")
        }
        OptionBox {
            objectName: "mergeType"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Type")
            options: dialog.adapters.mergeTypes
            value: dialog.type
            onChosen: value => dialog.type = value
        }
        Words {
            text: qsTr("Name")
        }
        AppTextField {
            id: nameField
            objectName: "mergeName"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Name")
            maximumLength: 200
            onTextEdited: dialog.named = true
        }
        DialogButtons {
            Layout.topMargin: Theme.space2
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "startMerge"
                text: qsTr("Make the model")
                symbol: "merge"
                primary: true
                enabled: dialog.chosen.length > 0 && nameField.text.trim() !== ""
                onClicked: dialog.accept()
            }
        }
    }

    component Words: Text {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space6
        Layout.rightMargin: Theme.space6
        color: Theme.text
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
