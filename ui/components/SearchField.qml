import QtQuick
import Hearth.Ui

// A field that narrows down what is below it, with a button that empties it.
AppTextField {
    id: field

    leftPadding: Theme.space3 + Theme.iconSmall + Theme.space2
    rightPadding: clearButton.visible ? clearButton.width + Theme.space2 : Theme.space3
    Accessible.searchEdit: true

    Icon {
        x: Theme.space3
        anchors.verticalCenter: parent.verticalCenter
        symbol: "search"
        size: Theme.iconSmall
        color: Theme.textFaint
    }
    IconButton {
        id: clearButton
        objectName: "clearSearch"
        anchors.right: parent.right
        anchors.rightMargin: Theme.space1
        anchors.verticalCenter: parent.verticalCenter
        visible: field.text !== ""
        symbol: "close"
        label: qsTr("Clear the search")
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        onClicked: {
            field.clear();
            field.forceActiveFocus();
        }
    }
}
