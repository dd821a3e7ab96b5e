import QtQuick
import Hearth.Ui

// The keys for the tree of the chat and its answers, which mean something only while it is shown.
Item {
    id: keys

    signal undoRequested
    signal editRequested
    signal resumeRequested
    signal retryWithRequested
    signal outlineRequested
    signal performanceRequested
    signal chatSettingsRequested

    AppShortcut {
        action: "undo"
        enabled: keys.enabled
        onActivated: keys.undoRequested()
    }
    AppShortcut {
        action: "editQuestion"
        enabled: keys.enabled
        onActivated: keys.editRequested()
    }
    AppShortcut {
        action: "continueAnswer"
        enabled: keys.enabled
        onActivated: keys.resumeRequested()
    }
    AppShortcut {
        action: "answerWith"
        enabled: keys.enabled
        onActivated: keys.retryWithRequested()
    }
    AppShortcut {
        action: "outline"
        enabled: keys.enabled
        onActivated: keys.outlineRequested()
    }
    AppShortcut {
        action: "performance"
        enabled: keys.enabled
        onActivated: keys.performanceRequested()
    }
    AppShortcut {
        action: "chatSettings"
        enabled: keys.enabled
        onActivated: keys.chatSettingsRequested()
    }
}
