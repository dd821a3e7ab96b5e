pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// How the last answer was computed: speed, memory, experts. Stays open beside the conversation until it is closed.
Popup {
    id: panel

    required property AppViewModel app
    readonly property PerformanceModel performance: app.performance
    readonly property Item frame: parent && parent.Window.window ? parent.Window.window.contentItem : null
    readonly property bool hasExperts: performance.expertLayers > 0

    function toggle() {
        if (opened)
            close();
        else
            open();
    }

    objectName: "performancePanel"
    width: frame ? Math.min(Theme.panelWidth, frame.width - Theme.space4) : Theme.panelWidth
    height: Math.min(implicitHeight, frame ? frame.height - Theme.header - Theme.space4 : implicitHeight)
    margins: Theme.space2
    padding: Theme.space4
    focus: true
    // One that closes on Esc by itself would keep all keys of the window for itself while it is open.
    closePolicy: Popup.NoAutoClose
    onOpened: closeButton.forceActiveFocus(Qt.PopupFocusReason)
    background: Rectangle {
        color: Theme.raised
        radius: Theme.radiusLarge
        border.width: 1
        border.color: Theme.border
        Accessible.role: Accessible.Pane
        Accessible.name: qsTr("Performance")
    }

    contentItem: Flickable {
        id: flick
        Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape
        Keys.onEscapePressed: panel.close()
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
        ColumnLayout {
            id: column
            width: flick.width - (flick.contentHeight > flick.height ? Theme.scrollBarWidth + Theme.space1 : 0)
            spacing: Theme.space3
            RowLayout {
                Layout.fillWidth: true
                Heading {
                    Layout.fillWidth: true
                    text: qsTr("Performance")
                    font.pixelSize: Theme.fontBody
                }
                IconButton {
                    id: closeButton
                    objectName: "closePerformance"
                    symbol: "close"
                    label: qsTr("Close")
                    size: Theme.controlSmall
                    iconSize: Theme.iconSmall
                    onClicked: panel.close()
                }
            }
            Note {
                objectName: "performanceModel"
                text: panel.performance.known ? panel.performance.modelName : qsTr("Ask something: then this shows how fast the answer is written, and what works on it.")
            }
            AppProgressBar {
                Layout.fillWidth: true
                visible: panel.performance.running && panel.performance.promptProgress < 1
                label: qsTr("Reading the prompt")
                value: panel.performance.promptProgress
            }
            Note {
                objectName: "promptText"
                text: panel.performance.promptText
            }
            Note {
                objectName: "speedText"
                text: panel.performance.speedText
            }
            SpeedPlot {
                objectName: "speedPlot"
                Layout.fillWidth: true
                visible: speeds.length > 1
                speeds: panel.performance.speeds
                span: panel.performance.span
            }
            Note {
                objectName: "firstTokenText"
                text: panel.performance.firstTokenText
            }
            Heading {
                visible: memory.count > 0
                text: qsTr("Memory")
            }
            Repeater {
                id: memory
                model: panel.performance.memory
                MemoryPart {
                    required property var modelData
                    Layout.fillWidth: true
                    device: modelData.device
                    total: modelData.total
                    parts: modelData.parts
                }
            }
            Heading {
                visible: panel.hasExperts
                text: qsTr("Experts")
            }
            ExpertMap {
                objectName: "expertMap"
                Layout.fillWidth: true
                visible: panel.hasExperts
                performance: panel.performance
            }
            Note {
                visible: panel.hasExperts
                text: qsTr("A row for each layer, a column for each expert: the deeper the colour, the more it worked on this answer.")
            }
            Note {
                objectName: "balanceText"
                text: panel.performance.balanceText
            }
            Note {
                objectName: "placeText"
                text: panel.performance.placeText
            }
        }
    }

    component Heading: Text {
        color: Theme.text
        font.pixelSize: Theme.fontSmall
        font.weight: Theme.fontBold
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    component Note: Text {
        Layout.fillWidth: true
        visible: text !== ""
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
}
