import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// The ways to the other pages and to the settings, one below the other; side by side, without their names, where the sidebar is low.
Item {
    id: foot

    property bool compact: false
    property string page: "chat"
    // What the downloads have come to, 0..1; below 0: there is none.
    property real progress: -1
    property string progressText: ""

    signal pageRequested(string name)
    signal settingsRequested

    implicitHeight: grid.implicitHeight + Theme.space2 * 2

    GridLayout {
        id: grid
        anchors.fill: parent
        anchors.margins: Theme.space2
        columns: foot.compact ? 3 : 1
        rowSpacing: 1
        columnSpacing: Theme.space1
        PageEntry {
            objectName: "modelsButton"
            Layout.fillWidth: true
            compact: foot.compact
            label: qsTr("Models")
            symbol: "models"
            shortcutText: Shortcuts.label("models")
            current: foot.page === "models"
            progress: foot.progress
            badge: foot.progressText
            onClicked: foot.pageRequested("models")
        }
        PageEntry {
            objectName: "adaptersButton"
            Layout.fillWidth: true
            compact: foot.compact
            label: qsTr("Adapters")
            symbol: "adapters"
            shortcutText: Shortcuts.label("adapters")
            current: foot.page === "adapters"
            onClicked: foot.pageRequested("adapters")
        }
        PageEntry {
            objectName: "settingsButton"
            Layout.fillWidth: true
            compact: foot.compact
            label: qsTr("Settings")
            symbol: "settings"
            shortcutText: Shortcuts.label("settings")
            onClicked: foot.settingsRequested()
        }
    }
}
