pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// The same question again, with another model, other adapters or another mood. The old answer stays beside the new one.
AppDialog {
    id: dialog

    required property AppViewModel app
    property var messageId: 0
    property var model: 0
    property string mood: ""
    // Ids of the adapters to use.
    property var chosen: []
    readonly property var models: app.models.recent
    readonly property var loaded: models.find(m => m.status === "loaded")?.id ?? 0
    readonly property bool another: model !== loaded

    function ask(id: var) {
        messageId = id;
        model = loaded;
        mood = "";
        const on = [];
        for (let i = 0; i < adapters.count; ++i) {
            if (adapters.itemAt(i).active)
                on.push(adapters.itemAt(i).adapterId);
        }
        chosen = on;
        open();
    }
    function answer() {
        const options = {};
        if (mood !== "")
            options.mood = mood;
        if (another)
            options.model = model;
        else if (adapters.count > 0)
            options.adapters = chosen;
        app.retryWith(messageId, options);
        close();
    }

    objectName: "answerWithDialog"
    heading: qsTr("Answer again with…")
    onOpened: go.forceActiveFocus(Qt.PopupFocusReason)

    ColumnLayout {
        width: parent.width
        spacing: Theme.space3
        Part {
            visible: dialog.models.length > 1
            text: qsTr("Model")
        }
        Repeater {
            model: dialog.models.length > 1 ? dialog.models : []
            ChoiceRow {
                required property var modelData
                objectName: "withModel" + modelData.id
                Layout.fillWidth: true
                Layout.leftMargin: Theme.space5
                Layout.rightMargin: Theme.space5
                text: qsTr("%1 %2").arg(modelData.title).arg(modelData.variant)
                note: modelData.status === "loaded" ? qsTr("Loaded") : qsTr("%1 · is loaded for this answer; the next ones come from the model before").arg(modelData.sizeText)
                on: dialog.model === modelData.id
                onClicked: dialog.model = modelData.id
            }
        }
        Part {
            visible: adapters.count > 0
            text: qsTr("Adapters")
        }
        Repeater {
            id: adapters
            model: dialog.app.chatAdapters
            AppCheckBox {
                required property var adapterId
                required property string name
                required property bool active
                required property string status
                objectName: "withAdapter" + adapterId
                Layout.fillWidth: true
                Layout.leftMargin: Theme.space6
                Layout.rightMargin: Theme.space6
                text: name
                enabled: !dialog.another && status === "fits" && (checked || dialog.chosen.length < dialog.app.chatAdapters.limit)
                checked: dialog.chosen.includes(adapterId)
                nextCheckState: () => checkState // the list decides, not the click
                onClicked: dialog.chosen = checked ? dialog.chosen.filter(id => id !== adapterId) : dialog.chosen.concat([adapterId])
            }
        }
        Text {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            visible: adapters.count > 0 && dialog.another
            text: qsTr("Another model uses the adapters of the chat that fit it.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Part {
            text: qsTr("Style")
        }
        Segmented {
            objectName: "withMood"
            Layout.leftMargin: Theme.space6
            label: qsTr("Style")
            maximumWidth: dialog.width - Theme.space6 * 2
            value: dialog.mood
            options: [{value: "", text: qsTr("As set")}, {value: "careful", text: qsTr("More careful")}, {value: "imaginative", text: qsTr("More imaginative")}]
            onChosen: value => dialog.mood = value
        }
        DialogButtons {
            Layout.topMargin: Theme.space3
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                id: go
                objectName: "answerWithButton"
                text: qsTr("Answer again")
                symbol: "retry"
                primary: true
                onClicked: dialog.answer()
            }
        }
    }

    component Part: Text {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space6
        Layout.rightMargin: Theme.space6
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        font.weight: Theme.fontMedium
        textFormat: Text.PlainText
    }
}
