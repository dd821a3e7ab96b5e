import QtQuick
import Hearth.App
import Hearth.Ui

// The panels at the side of the conversation, one at a time: what the chat sets for itself, and how its answers do.
Item {
    id: panels

    required property AppViewModel app
    readonly property bool opened: settings.opened || performance.opened
    // Of the open one.
    readonly property int panelWidth: performance.width

    signal closed

    function toggleSettings() {
        settings.toggle();
    }
    function togglePerformance() {
        performance.toggle();
    }

    ChatSettingsPanel {
        id: settings
        x: panels.width - width - Theme.space2
        y: Theme.space2
        app: panels.app
        onAboutToShow: performance.close()
        onClosed: if (!performance.opened) panels.closed()
    }
    PerformancePanel {
        id: performance
        x: panels.width - width - Theme.space2
        y: Theme.space2
        app: panels.app
        onAboutToShow: settings.close()
        onClosed: if (!settings.opened) panels.closed()
    }
}
