import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// Closing and leaving. With the icon in the notification area closing hides the window, and only leaving ends the application; without
// it both are the same. What is not saved is asked for before the end.
Item {
    id: leaving

    required property AppViewModel app
    required property ApplicationWindow window
    readonly property bool stays: app.settings.tray && app.settings.trayPossible
    property bool anyway: false
    // The next closing is part of the end.
    property bool ending: false
    readonly property bool losing: !anyway && (app.unsaved || app.conversation.unsavedEdits)

    // Something would be lost.
    signal asked

    function show() {
        window.show();
        window.raise();
        window.requestActivate();
    }
    // Whether the window may close now.
    function mayClose(): bool {
        const hides = stays && !ending;
        ending = false;
        if (hides) {
            window.hide();
        } else if (losing) {
            if (!window.visible)
                show();
            asked();
        }
        return !hides && !losing;
    }
    function leave() {
        if (!stays) {
            window.close();
        } else if (losing) {
            show();
            asked();
        } else {
            app.quit();
        }
    }
    function leaveAnyway() {
        anyway = true;
        leave();
    }

    Connections {
        target: leaving.app
        function onRaiseRequested() {
            leaving.show();
        }
        function onQuitComing() {
            leaving.ending = true;
        }
        function onLeaveRequested() {
            leaving.leave();
        }
    }
}
