pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// The adapters of the chat: a switch and a strength for each that fits the model, those that do not fit behind a line, and the ways on.
Popup {
    id: panel

    required property AppViewModel app
    readonly property ChatAdaptersModel adapters: app.chatAdapters
    readonly property Item frame: parent && parent.Window.window ? parent.Window.window.contentItem : null
    // True when a key opened it: then the control with the focus shows so.
    property bool byKey: false
    property bool othersShown: false

    signal adaptersRequested
    signal compareRequested

    objectName: "adapterPanel"
    width: frame ? Math.min(Theme.panelWidth, frame.width - Theme.space4) : Theme.panelWidth
    height: Math.min(implicitHeight, frame ? frame.height - Theme.space4 : implicitHeight)
    margins: Theme.space2
    padding: Theme.space2
    focus: true
    closePolicy: Popup.CloseOnEscape | Popup.CloseOnPressOutsideParent
    onAboutToShow: othersShown = false
    onOpened: {
        const reason = byKey ? Qt.ShortcutFocusReason : Qt.PopupFocusReason;
        const first = switches.itemAt(0) as AdapterSwitch;
        if (first)
            first.focusSwitch(reason);
        else
            (adapters.others.length > 0 ? othersToggle : all).forceActiveFocus(reason);
    }
    onClosed: byKey = false
    background: Rectangle {
        color: Theme.raised
        radius: Theme.radiusLarge
        border.width: 1
        border.color: Theme.border
        Accessible.role: Accessible.PopupMenu
        Accessible.name: qsTr("Adapters of this chat")
    }
    enter: Transition {
        NumberAnimation {
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.durationFast
        }
    }

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
                spacing: Theme.space3
                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: Theme.space1
                    Text {
                        Layout.fillWidth: true
                        text: qsTr("Adapters of this chat")
                        color: Theme.text
                        font.pixelSize: Theme.fontBody
                        font.weight: Theme.fontBold
                        wrapMode: Text.Wrap
                        textFormat: Text.PlainText
                    }
                    Note {
                        objectName: "panelNote"
                        text: !panel.adapters.modelKnown ? qsTr("Load a model first: adapters work on top of one.")
                            : panel.adapters.count === 0 ? qsTr("None of your adapters fits %1.").arg(panel.app.model.name)
                            : qsTr("They work on top of %1, from the next message on.").arg(panel.app.model.name)
                    }
                }
                Repeater {
                    id: switches
                    model: panel.adapters
                    AdapterSwitch {
                        Layout.fillWidth: true
                        full: panel.adapters.full
                        onSwitched: on => panel.adapters.setActive(adapterId, on)
                        onStrengthened: strength => panel.adapters.setScale(adapterId, strength)
                    }
                }
                Note {
                    objectName: "panelFull"
                    visible: panel.adapters.full
                    text: qsTr("%1 are on, and more cannot work together. Switch one off to use another.").arg(panel.adapters.limit)
                }
            }
            PanelAction {
                id: othersToggle
                objectName: "othersToggle"
                Layout.fillWidth: true
                visible: panel.adapters.others.length > 0
                text: panel.adapters.modelKnown ? qsTr("%n do(es) not fit this model", "", panel.adapters.others.length) : qsTr("%n adapter(s) on this computer", "", panel.adapters.others.length)
                symbol: panel.othersShown ? "chevron-up" : "chevron-down"
                Accessible.description: panel.othersShown ? qsTr("Shown") : qsTr("Hidden")
                onClicked: panel.othersShown = !panel.othersShown
            }
            Repeater {
                model: panel.othersShown ? panel.adapters.others : []
                RowLayout {
                    id: other
                    required property var modelData
                    objectName: "otherAdapter"
                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.space3
                    Layout.rightMargin: Theme.space3
                    Layout.bottomMargin: Theme.space1
                    spacing: Theme.space3
                    Accessible.role: Accessible.ListItem
                    Accessible.name: other.modelData.reason === "" ? other.modelData.name : qsTr("%1: %2").arg(other.modelData.name).arg(other.modelData.reason)
                    DomainMark {
                        Layout.alignment: Qt.AlignTop
                        domain: other.modelData.domain
                        size: Theme.controlSmall
                        opacity: Theme.disabledOpacity
                    }
                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 0
                        Text {
                            Layout.fillWidth: true
                            text: other.modelData.name
                            color: Theme.textMuted
                            font.pixelSize: Theme.fontSmall
                            elide: Text.ElideRight
                            textFormat: Text.PlainText
                        }
                        Note {
                            visible: text !== ""
                            text: other.modelData.reason
                        }
                    }
                }
            }
            Rectangle {
                Layout.fillWidth: true
                implicitHeight: 1
                color: Theme.border
            }
            PanelAction {
                objectName: "compareAction"
                Layout.fillWidth: true
                visible: panel.app.comparison.possible
                text: qsTr("Compare…")
                symbol: "compare"
                onClicked: {
                    panel.close();
                    panel.compareRequested();
                }
            }
            PanelAction {
                id: all
                objectName: "allAdaptersAction"
                Layout.fillWidth: true
                text: qsTr("All adapters…")
                symbol: "adapters"
                onClicked: {
                    panel.close();
                    panel.adaptersRequested();
                }
            }
        }
    }

    component Note: Text {
        Layout.fillWidth: true
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
