import QtQuick
import Hearth.Ui

// A shortcut of the window, by the name of its action.
Shortcut {
    required property string action

    sequences: Shortcuts.sequences(action)
}
