pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Facts about the loaded model, what went wrong if it failed, and the ways to change it.
Popup {
    id: panel

    required property AppViewModel app
    readonly property ModelStatus model: app.model
    // To switch to quickly: there is nothing to choose from when there is one only.
    readonly property var others: app.models.recent.length > 1 ? app.models.recent : []

    // True when a key opened it: then the action with the focus shows so.
    property bool byKey: false

    signal openModelRequested
    signal settingsRequested
    signal modelsRequested

    objectName: "modelPanel"
    width: parent && parent.Window.window ? Math.min(Theme.panelWidth, parent.Window.window.width - Theme.space4) : Theme.panelWidth
    height: Math.min(implicitHeight, parent && parent.Window.window ? parent.Window.window.height - Theme.space4 : implicitHeight)
    margins: Theme.space2
    padding: Theme.space2
    focus: true
    closePolicy: Popup.CloseOnEscape | Popup.CloseOnPressOutsideParent
    onOpened: first.forceActiveFocus(byKey ? Qt.ShortcutFocusReason : Qt.PopupFocusReason)
    onClosed: byKey = false
    background: Rectangle {
        color: Theme.raised
        radius: Theme.radiusLarge
        border.width: 1
        border.color: Theme.border
        Accessible.role: Accessible.PopupMenu
        Accessible.name: qsTr("Model")
    }
    enter: Transition {
        NumberAnimation {
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.durationFast
        }
    }

    // Scrolls where a long error and large text leave no room for all of it.
    contentItem: Flickable {
        id: flick
        implicitHeight: contentHeight
        contentHeight: column.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: AppScrollBar {
            policy: size < 1 ? ScrollBar.AlwaysOn : ScrollBar.AsNeeded
        }
        WheelScroller {
            view: flick
        }
        FocusKeeper {
            view: flick
        }
        ColumnLayout {
            id: column
            width: flick.width
            spacing: Theme.space1
            ColumnLayout {
                Layout.fillWidth: true
                Layout.margins: Theme.space2
                spacing: Theme.space1
                Text {
                    Layout.fillWidth: true
                    text: panel.model.name === "" ? qsTr("No model") : panel.model.name
                    color: Theme.text
                    font.pixelSize: Theme.fontBody
                    font.weight: Theme.fontBold
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                }
                Fact {
                    text: panel.model.detail
                }
                Fact {
                    text: panel.model.deviceName === "" ? "" : qsTr("Runs on %1").arg(panel.model.deviceName)
                }
                Fact {
                    text: panel.model.contextLength > 0 ? qsTr("Reads up to %1 tokens of a chat").arg(Number(panel.model.contextLength).toLocaleString(Qt.locale(), "f", 0)) : ""
                }
                Fact {
                    objectName: "formatNote"
                    text: panel.model.formatNote
                }
                Fact {
                    visible: panel.model.isStarter
                    text: qsTr("The starter model is tiny. A larger one (a .gguf file) writes far better.")
                }
                AppProgressBar {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.space2
                    visible: panel.model.state === "loading"
                    label: panel.model.stateText
                    value: panel.model.progress
                }
                ErrorCard {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.space2
                    visible: panel.model.state === "failed" || panel.model.state === "held"
                    tone: panel.model.state === "held" ? "warning" : "danger"
                    cause: panel.model.errorCause
                    nextStep: panel.model.errorNextStep
                }
            }
            Rectangle {
                Layout.fillWidth: true
                implicitHeight: 1
                color: Theme.border
            }
            Repeater {
                model: panel.others
                PanelAction {
                    id: entry
                    required property var modelData
                    objectName: "switchTo-" + modelData.id
                    text: qsTr("%1 · %2").arg(entry.modelData.title).arg(entry.modelData.variant)
                    note: entry.modelData.sizeText
                    symbol: "models"
                    ticked: entry.modelData.status === "loaded" || entry.modelData.status === "loading"
                    onClicked: {
                        panel.close();
                        panel.app.models.use(entry.modelData.id);
                    }
                }
            }
            PanelAction {
                objectName: "allModelsAction"
                text: qsTr("All models…")
                symbol: "chevron-right"
                onClicked: {
                    panel.close();
                    panel.modelsRequested();
                }
            }
            Rectangle {
                Layout.fillWidth: true
                implicitHeight: 1
                color: Theme.border
            }
            PanelAction {
                id: first
                objectName: "openModelAction"
                text: qsTr("Open a model file…")
                symbol: "folder"
                onClicked: {
                    panel.close();
                    panel.openModelRequested();
                }
            }
            PanelAction {
                objectName: "useStarterAction"
                visible: !panel.model.isStarter
                text: qsTr("Use the starter model")
                symbol: "sparkle"
                onClicked: {
                    panel.close();
                    panel.app.useStarterModel();
                }
            }
            PanelAction {
                objectName: "reloadModelAction"
                visible: panel.model.state !== "none"
                enabled: panel.model.state !== "loading"
                text: panel.model.state === "held" ? qsTr("Load %1").arg(panel.model.name) : qsTr("Reload")
                symbol: "retry"
                onClicked: {
                    panel.close();
                    panel.app.reloadModel();
                }
            }
            PanelAction {
                text: qsTr("Model settings…")
                symbol: "settings"
                onClicked: {
                    panel.close();
                    panel.settingsRequested();
                }
            }
        }
    }

    component Fact: Text {
        Layout.fillWidth: true
        visible: text !== ""
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
