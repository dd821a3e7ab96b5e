pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// What the context is filled with, and what happens in this conversation when it is full.
Popup {
    id: panel

    required property ContextModel context
    readonly property Item frame: parent && parent.Window.window ? parent.Window.window.contentItem : null

    signal sizeRequested

    objectName: "contextPanel"
    width: frame ? Math.min(Theme.panelWidth, frame.width - Theme.space4) : Theme.panelWidth
    height: Math.min(implicitHeight, frame ? frame.height - Theme.header - Theme.space4 : implicitHeight)
    margins: Theme.space2
    padding: Theme.space4
    focus: true
    closePolicy: Popup.CloseOnEscape | Popup.CloseOnPressOutsideParent
    onOpened: larger.forceActiveFocus(Qt.PopupFocusReason)
    background: Rectangle {
        color: Theme.raised
        radius: Theme.radiusLarge
        border.width: 1
        border.color: Theme.border
        Accessible.role: Accessible.Pane
        Accessible.name: qsTr("Context")
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
            width: flick.width - (flick.contentHeight > flick.height ? Theme.scrollBarWidth + Theme.space1 : 0)
            spacing: Theme.space2
            Heading {
                text: panel.context.text
            }
            Text {
                objectName: "contextWarning"
                Layout.fillWidth: true
                visible: text !== ""
                text: panel.context.warning
                color: Theme.warning
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            Repeater {
                model: panel.context.numbers
                RowLayout {
                    id: number
                    required property var modelData
                    Layout.fillWidth: true
                    Accessible.role: Accessible.StaticText
                    Accessible.name: qsTr("%1: %2 tokens").arg(modelData.name).arg(modelData.value)
                    Text {
                        Layout.fillWidth: true
                        text: number.modelData.name
                        color: Theme.textMuted
                        font.pixelSize: Theme.fontSmall
                        elide: Text.ElideRight
                        textFormat: Text.PlainText
                    }
                    Text {
                        text: number.modelData.value
                        color: Theme.text
                        font.pixelSize: Theme.fontSmall
                        textFormat: Text.PlainText
                    }
                }
            }
            AppButton {
                id: larger
                objectName: "largerContext"
                Layout.topMargin: Theme.space1
                text: qsTr("Use a larger context")
                symbol: "settings"
                onClicked: {
                    panel.close();
                    panel.sizeRequested();
                }
            }
            Heading {
                Layout.topMargin: Theme.space2
                text: qsTr("When this chat is longer than the context")
            }
            ContextChoice {
                objectName: "contextChoice"
                Layout.fillWidth: true
                value: panel.context.policy
                onChosen: policy => panel.context.policy = policy
            }
        }
    }

    component Heading: Text {
        Layout.fillWidth: true
        color: Theme.text
        font.pixelSize: Theme.fontSmall
        font.weight: Theme.fontBold
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
}
