pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// What this chat sets for itself: instructions, preset and sampling, where answers end, thinking. Stays open beside the conversation.
Popup {
    id: panel

    required property AppViewModel app
    readonly property ChatSettingsModel settings: app.chatSettings
    readonly property Item frame: parent && parent.Window.window ? parent.Window.window.contentItem : null

    function toggle() {
        if (opened)
            close();
        else
            open();
    }

    objectName: "chatSettingsPanel"
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
        Accessible.name: qsTr("Settings of this chat")
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
        FocusKeeper {
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
                    text: qsTr("Settings of this chat")
                    font.pixelSize: Theme.fontBody
                }
                IconButton {
                    id: closeButton
                    objectName: "closeChatSettings"
                    symbol: "close"
                    label: qsTr("Close")
                    size: Theme.controlSmall
                    iconSize: Theme.iconSmall
                    onClicked: panel.close()
                }
            }
            Note {
                text: qsTr("They hold from the next answer on, in this chat only.")
            }
            Heading {
                text: qsTr("System prompt")
            }
            Item {
                Layout.fillWidth: true
                implicitHeight: prompt.implicitHeight
                AppTextArea {
                    id: prompt
                    objectName: "chatSystemPrompt"
                    width: parent.width
                    label: qsTr("System prompt of this chat")
                    text: panel.settings.systemPrompt
                    onEdited: text => panel.settings.systemPrompt = text
                }
                // A placeholder of the area would take marks in the prompt of the settings for markup.
                Text {
                    objectName: "standardPrompt"
                    x: Theme.space3
                    y: Theme.space3
                    width: prompt.width - x * 2
                    height: prompt.height - y * 2
                    visible: prompt.area.length === 0 && prompt.area.preeditText === ""
                    text: panel.settings.standardPrompt !== "" ? panel.settings.standardPrompt : qsTr("For example: Answer briefly, in plain words.")
                    color: Theme.textFaint
                    font.pixelSize: Theme.fontUi
                    wrapMode: Text.Wrap
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                }
            }
            Note {
                text: panel.settings.standardPrompt === "" ? qsTr("Instructions that the model reads before this chat.") : qsTr("Instructions that the model reads before this chat, in place of those in Settings.")
            }
            Heading {
                text: qsTr("Style")
            }
            PresetChoice {
                Layout.fillWidth: true
                settings: panel.settings
            }
            SamplingValues {
                Layout.fillWidth: true
                settings: panel.settings
            }
            Heading {
                text: qsTr("Seed")
            }
            SeedField {
                Layout.fillWidth: true
                room: column.width
                settings: panel.settings
            }
            Note {
                text: qsTr("With a fixed seed the same question gets the same answer again.")
            }
            Heading {
                text: qsTr("Where answers end")
            }
            ControlNumber {
                objectName: "chatMaxTokens"
                Layout.fillWidth: true
                setting: panel.settings.maxTokens
                heading: qsTr("Longest answer")
                help: qsTr("In tokens; a token is about three quarters of a word.")
                zeroText: qsTr("No limit")
                to: 131072
                step: 256
            }
            StopStrings {
                Layout.fillWidth: true
                settings: panel.settings
            }
            Note {
                text: qsTr("An answer ends before any of these texts; %1 is the end of a line.").arg("\\n")
            }
            Heading {
                text: qsTr("Thinking")
            }
            Segmented {
                objectName: "chatThinking"
                label: qsTr("Thinking")
                enabled: panel.settings.thinkingProblem === ""
                opacity: enabled ? 1 : Theme.disabledOpacity
                maximumWidth: column.width
                options: [{value: "", text: qsTr("By itself")}, {value: "on", text: qsTr("On")}, {value: "off", text: qsTr("Off")}]
                value: panel.settings.thinking
                onChosen: value => panel.settings.thinking = value
            }
            Note {
                objectName: "thinkingNote"
                text: panel.settings.thinkingProblem !== "" ? panel.settings.thinkingProblem : qsTr("Thinking makes answers better and slower.")
            }
            Heading {
                text: qsTr("When this chat is longer than the context")
            }
            ContextChoice {
                objectName: "chatContextPolicy"
                Layout.fillWidth: true
                value: panel.app.context.policy
                onChosen: policy => panel.app.context.policy = policy
            }
            AppButton {
                objectName: "resetChatSettings"
                enabled: panel.settings.active
                text: qsTr("Everything as in Settings")
                symbol: "undo"
                onClicked: panel.settings.resetAll()
            }
        }
    }

    component Heading: Text {
        Layout.topMargin: Theme.space1
        color: Theme.text
        font.pixelSize: Theme.fontSmall
        font.weight: Theme.fontBold
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    component Note: Text {
        Layout.fillWidth: true
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
}
