import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// What a private chat is, in one sentence, above it as long as it is shown.
Card {
    id: note

    signal closeRequested

    objectName: "privateNote"
    implicitHeight: visible ? row.implicitHeight + Theme.space2 * 2 : 0
    Accessible.role: Accessible.StaticText
    Accessible.name: sentence.text

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.space4
        anchors.rightMargin: Theme.space2
        spacing: Theme.space3
        Icon {
            symbol: "private"
            color: Theme.accent
        }
        Text {
            id: sentence
            Layout.fillWidth: true
            text: qsTr("This chat is private: it is not saved anywhere and is gone when you close it or quit Hearth.")
            color: Theme.text
            font.pixelSize: Theme.fontSmall
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
        IconButton {
            objectName: "closePrivateButton"
            symbol: "close"
            label: qsTr("Close the private chat")
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: note.closeRequested()
        }
    }
}
