import QtQuick
import Hearth.App
import Hearth.Ui

// Hands the settings that change how everything looks, and the keys, to those who use them.
Item {
    id: hand

    required property SettingsModel settings

    Binding {
        target: Theme
        property: "dark"
        value: hand.settings.dark
    }
    Binding {
        target: Theme
        property: "fontPercent"
        value: hand.settings.fontPercent
    }
    Binding {
        target: Theme
        property: "reducedMotion"
        value: hand.settings.reducedMotion
    }
    // This one is changed where it is seen, above a listing, and kept.
    Binding {
        target: Theme
        property: "wrapCode"
        value: hand.settings.wrapCode
    }
    Binding {
        target: Shortcuts
        property: "stored"
        value: hand.settings.shortcutKeys
    }
    Connections {
        target: Shortcuts
        function onStoredChanged() {
            hand.settings.shortcutKeys = Shortcuts.stored;
        }
    }
    Binding {
        target: Theme
        property: "contrast"
        value: hand.settings.theme === "contrast"
    }
    Connections {
        target: Theme
        function onWrapCodeChanged() {
            hand.settings.wrapCode = Theme.wrapCode;
        }
    }
}
