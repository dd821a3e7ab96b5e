import QtQuick
import Hearth.Ui

// What can be done with what is selected in the conversation.
AppMenu {
    id: menu

    property int row: -1

    signal copyChosen
    signal copyMarkdownChosen
    signal messageChosen(int row)
    signal allChosen

    objectName: "selectionMenu"
    implicitWidth: Theme.menuWidth + Theme.space10

    AppMenuItem {
        objectName: "copySelectionAction"
        text: qsTr("Copy")
        symbol: "copy"
        onTriggered: menu.copyChosen()
    }
    AppMenuItem {
        objectName: "copySelectionMarkdownAction"
        text: qsTr("Copy as Markdown")
        symbol: "copy"
        onTriggered: menu.copyMarkdownChosen()
    }
    AppMenuItem {
        objectName: "selectMessageAction"
        text: qsTr("Select the message")
        onTriggered: menu.messageChosen(menu.row)
    }
    AppMenuItem {
        objectName: "selectAllAction"
        text: qsTr("Select the conversation")
        onTriggered: menu.allChosen()
    }
}
