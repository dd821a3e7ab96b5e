pragma ComponentBehavior: Bound
import QtQml
import QtQuick
import Hearth.Ui

// The shortcuts that mean the same everywhere in the window. `actions` maps names of Shortcuts.keys to functions.
Item {
    id: shortcuts

    required property var actions
    // These work above an open dialog too.
    readonly property var always: ["larger", "smaller", "normalSize", "help", "quit"]
    // Held down, these go on.
    readonly property var repeating: ["nextChat", "previousChat", "findNext", "findPrevious", "pageUp", "pageDown", "larger", "smaller"]

    Instantiator {
        model: Object.keys(shortcuts.actions)
        delegate: AppShortcut {
            required property string modelData
            action: modelData
            autoRepeat: shortcuts.repeating.includes(action)
            context: shortcuts.always.includes(action) ? Qt.ApplicationShortcut : Qt.WindowShortcut
            onActivated: shortcuts.actions[action]()
        }
    }
}
