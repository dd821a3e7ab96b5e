pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// The settings of one model; each is as in the application's settings until it gets a value of its own. Changes are stored at once.
AppDialog {
    id: dialog

    required property AppViewModel app
    readonly property VariantSettingsModel editor: app.models.editor

    function edit(id: var) {
        editor.show(id);
        view.contentY = 0;
        open();
    }
    function deviceName(id: string): string {
        for (const device of app.settings.devices) {
            if (device.value === id)
                return device.text;
        }
        return id;
    }

    heading: qsTr("Settings of this model")
    maximumWidth: Theme.settingsWidth
    fullHeight: true
    onClosed: editor.save()

    Column {
        id: column
        x: Theme.space6
        width: parent.width - x * 2
        bottomPadding: Theme.space6
        spacing: Theme.space5
        Text {
            width: parent.width
            text: dialog.editor.title
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            elide: Text.ElideMiddle
            textFormat: Text.PlainText
        }
        Card {
            width: parent.width
            visible: dialog.editor.needsReload
            tone: "accent"
            implicitHeight: reload.height + Theme.space3 * 2
            Flow {
                id: reload
                x: Theme.space4
                y: Theme.space3
                width: parent.width - x * 2
                spacing: Theme.space3
                FlowText {
                    maximumWidth: parent.width
                    height: Math.max(implicitHeight, Theme.control)
                    text: qsTr("Context, device and template take effect when the model is loaded again.")
                    color: Theme.text
                    font.pixelSize: Theme.fontSmall
                    verticalAlignment: Text.AlignVCenter
                }
                AppButton {
                    objectName: "reloadVariant"
                    text: qsTr("Reload now")
                    symbol: "retry"
                    onClicked: {
                        dialog.editor.save();
                        dialog.app.reloadModel();
                    }
                }
            }
        }
        OwnNumber {
            objectName: "ownContext"
            setting: dialog.editor.contextLength
            heading: qsTr("Context length")
            help: dialog.editor.trainedContext > 0 ? qsTr("Tokens of one chat; the model was trained for %1.").arg(Number(dialog.editor.trainedContext).toLocaleString(Qt.locale(), "f", 0)) : qsTr("Tokens of one chat that the model can see; more needs more memory.")
            note: dialog.editor.costText
            noteWarns: dialog.editor.costWarns
            zeroText: qsTr("Automatic")
            to: 1048576
            step: 1024
        }
        OwnRow {
            objectName: "ownDevice"
            setting: dialog.editor.device
            heading: qsTr("Device")
            help: qsTr("What computes the answers.")
            standardText: dialog.deviceName(dialog.editor.device.text)
            DeviceChoice {
                width: column.width
                label: qsTr("Device")
                devices: dialog.app.settings.devices
                value: dialog.editor.device.text
                onChosen: value => dialog.editor.device.text = value
            }
        }
        OwnSlider {
            objectName: "ownTemperature"
            setting: dialog.editor.temperature
            heading: qsTr("Temperature")
            help: qsTr("Higher is more varied, lower more predictable; 0 always takes the likeliest word.")
            to: 2
        }
        OwnSlider {
            setting: dialog.editor.topP
            heading: qsTr("Top-p")
            help: qsTr("Keeps the likeliest words up to this share; 1 keeps all.")
        }
        OwnNumber {
            setting: dialog.editor.topK
            heading: qsTr("Top-k")
            help: qsTr("Chooses among this many words at most.")
            zeroText: qsTr("Off")
            step: 10
        }
        OwnSlider {
            setting: dialog.editor.minP
            heading: qsTr("Min-p")
            help: qsTr("Leaves out words below this share of the likeliest one; 0 leaves out none.")
            step: 0.01
        }
        OwnSlider {
            setting: dialog.editor.repeatPenalty
            heading: qsTr("Repeat penalty")
            help: qsTr("Lowers the chance of words that were just used; 1 does nothing.")
            from: 1
            to: 2
        }
        OwnNumber {
            setting: dialog.editor.maxTokens
            heading: qsTr("Longest answer")
            help: qsTr("In tokens; a token is about three quarters of a word.")
            zeroText: qsTr("No limit")
            to: 131072
            step: 256
        }
        OwnRow {
            setting: dialog.editor.systemPrompt
            heading: qsTr("System prompt")
            help: qsTr("Instructions that the model reads before every chat.")
            standardText: dialog.editor.systemPrompt.text === "" ? qsTr("none") : dialog.editor.systemPrompt.text.slice(0, 120)
            AppTextArea {
                objectName: "ownSystemPrompt"
                width: column.width
                label: qsTr("System prompt")
                text: dialog.editor.systemPrompt.text
                onEdited: text => dialog.editor.systemPrompt.text = text
            }
        }
        TemplateEditor {
            width: parent.width
            editor: dialog.editor
        }
        AppButton {
            objectName: "resetVariant"
            text: qsTr("Everything as in Settings")
            symbol: "undo"
            onClicked: dialog.editor.reset()
        }
    }
}
