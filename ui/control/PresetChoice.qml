import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Named sampling settings: choosing one, and making, renaming and deleting own ones.
ColumnLayout {
    id: choice

    required property ChatSettingsModel settings
    // What the field is for: "save", "rename", or nothing.
    property string naming: ""

    function name(what: string) {
        naming = what;
        field.text = what === "rename" ? settings.presetText : "";
        field.selectAll();
        field.forceActiveFocus(Qt.OtherFocusReason);
    }
    function accept() {
        if (field.text.trim() === "")
            return;
        if (naming === "rename")
            settings.renamePreset(field.text);
        else
            settings.savePreset(field.text);
        end();
    }
    function end() {
        naming = "";
        // Not the box: it opens when the Enter key, with which this may have ended, is let go.
        saveAs.forceActiveFocus(Qt.OtherFocusReason);
    }

    spacing: Theme.space2
    OptionBox {
        objectName: "presetBox"
        Layout.fillWidth: true
        label: qsTr("Preset")
        options: choice.settings.presets
        value: choice.settings.preset
        onChosen: value => choice.settings.preset = value
    }
    RowLayout {
        Layout.fillWidth: true
        visible: choice.settings.changedCount > 0
        spacing: Theme.space2
        Text {
            objectName: "presetChanged"
            Layout.fillWidth: true
            text: qsTr("Values that differ from it: %1").arg(choice.settings.changedCount)
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        AppButton {
            objectName: "resetChatSampling"
            text: qsTr("Reset")
            symbol: "undo"
            quiet: true
            onClicked: choice.settings.resetSampling()
        }
    }
    Flow {
        Layout.fillWidth: true
        visible: choice.naming === ""
        spacing: Theme.space2
        AppButton {
            id: saveAs
            objectName: "savePreset"
            text: qsTr("Save as…")
            onClicked: choice.name("save")
        }
        AppButton {
            objectName: "renamePreset"
            visible: choice.settings.presetIsOwn
            text: qsTr("Rename…")
            onClicked: choice.name("rename")
        }
        AppButton {
            objectName: "deletePreset"
            visible: choice.settings.presetIsOwn
            text: qsTr("Delete")
            dangerous: true
            onClicked: choice.settings.removePreset()
        }
    }
    RowLayout {
        Layout.fillWidth: true
        visible: choice.naming !== ""
        spacing: Theme.space2
        AppTextField {
            id: field
            objectName: "presetName"
            Layout.fillWidth: true
            label: qsTr("Name of the preset")
            placeholderText: label
            maximumLength: 60
            onAccepted: choice.accept()
            Keys.onEscapePressed: choice.end()
        }
        AppButton {
            objectName: "presetNameDone"
            text: choice.naming === "rename" ? qsTr("Rename") : qsTr("Save")
            enabled: field.text.trim() !== ""
            onClicked: choice.accept()
        }
        IconButton {
            symbol: "close"
            label: qsTr("Cancel")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: choice.end()
        }
    }
}
