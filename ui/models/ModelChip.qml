import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Name and state of the model in the header; opens the model panel.
AbstractButton {
    id: chip

    required property AppViewModel app
    readonly property ModelStatus model: app.model
    readonly property string name: model.name === "" ? qsTr("No model") : model.name
    readonly property bool ready: model.state === "ready"
    readonly property color lamp: ready ? Theme.success : model.state === "failed" ? Theme.danger : model.state === "held" ? Theme.warning : model.state === "loading" ? Theme.accent : Theme.textFaint

    signal openModelRequested
    signal settingsRequested
    signal modelsRequested

    function openPanel() {
        panel.byKey = true;
        panel.open();
    }

    objectName: "modelChip"
    implicitHeight: Theme.control
    leftPadding: Theme.space3
    rightPadding: Theme.space2
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("Model: %1, %2").arg(chip.name).arg(chip.model.stateText)
    Accessible.description: qsTr("Opens the model menu")
    Accessible.onPressAction: chip.clicked()
    onClicked: panel.visible ? panel.close() : panel.open()
    Keys.onReturnPressed: panel.visible ? panel.close() : openPanel()
    Keys.onEnterPressed: panel.visible ? panel.close() : openPanel()

    contentItem: RowLayout {
        spacing: Theme.space2
        Rectangle {
            implicitWidth: Theme.dot
            implicitHeight: Theme.dot
            radius: width / 2
            color: chip.lamp
        }
        Text {
            Layout.fillWidth: true
            text: chip.name
            color: Theme.text
            font.pixelSize: Theme.fontUi
            font.weight: Theme.fontMedium
            elide: Text.ElideMiddle
            textFormat: Text.PlainText
        }
        Text {
            objectName: "modelState"
            text: chip.model.stateText
            color: chip.model.state === "failed" ? Theme.danger : Theme.textMuted
            font.pixelSize: Theme.fontSmall
            textFormat: Text.PlainText
        }
        Icon {
            symbol: "chevron-down"
            size: Theme.iconSmall
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: chip.down || panel.visible ? Theme.pressed : chip.hovered ? Theme.hover : "transparent"
        border.width: 1
        border.color: Theme.border
        FocusRing {
            shown: chip.visualFocus
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    ModelPanel {
        id: panel
        app: chip.app
        x: chip.width - width
        y: chip.height + Theme.space1
        onOpenModelRequested: chip.openModelRequested()
        onSettingsRequested: chip.settingsRequested()
        onModelsRequested: chip.modelsRequested()
    }
}
