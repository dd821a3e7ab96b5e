import QtQuick
import Hearth.Ui

// What can be done with a variant besides using it.
AppMenu {
    id: menu

    property bool missing: false
    property bool starter: false
    property bool linked: false
    property bool canShrink: true

    signal wanted(string what)

    width: Theme.menuWidth * 1.3

    component Entry: AppMenuItem {
        property bool offered: true
        visible: offered
        height: offered ? implicitHeight : 0
    }
    Entry {
        objectName: "settingsAction"
        text: qsTr("Settings of this model…")
        symbol: "settings"
        offered: !menu.missing
        onTriggered: menu.wanted("settings")
    }
    Entry {
        objectName: "smallerAction"
        text: qsTr("Make a smaller variant…")
        symbol: "shrink"
        offered: menu.canShrink
        onTriggered: menu.wanted("smaller")
    }
    Entry {
        objectName: "cardAction"
        text: qsTr("Model card…")
        symbol: "info"
        onTriggered: menu.wanted("card")
    }
    Entry {
        objectName: "verifyAction"
        text: qsTr("Verify files")
        symbol: "verify"
        offered: !menu.missing
        onTriggered: menu.wanted("verify")
    }
    Entry {
        objectName: "folderAction"
        text: qsTr("Show in folder")
        symbol: "folder"
        offered: !menu.missing
        onTriggered: menu.wanted("folder")
    }
    Entry {
        objectName: "removeAction"
        text: menu.missing || menu.linked ? qsTr("Remove from the list…") : qsTr("Delete…")
        symbol: "trash"
        dangerous: true
        offered: !menu.starter
        onTriggered: menu.wanted("remove")
    }
}
