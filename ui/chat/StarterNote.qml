import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// The honest line about the model that comes with the application.
Card {
    id: note

    signal discoverRequested

    objectName: "starterNote"
    tone: "accent"
    implicitHeight: row.implicitHeight + Theme.space3 * 2
    Accessible.role: Accessible.Note
    Accessible.name: line.text

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: Theme.space4
        anchors.rightMargin: Theme.space3
        spacing: Theme.space3
        Icon {
            symbol: "info"
            color: Theme.accent
        }
        Text {
            id: line
            Layout.fillWidth: true
            text: qsTr("Ember, the starter model, is tiny: it answers questions about Hearth, tells small stories, and knows little else. For real work, get a larger model; the list says which ones this computer can run.")
            color: Theme.text
            font.pixelSize: Theme.fontSmall
            lineHeight: Theme.lineHeight - 0.2
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        AppButton {
            objectName: "starterDiscover"
            text: qsTr("Find a model…")
            implicitHeight: Theme.controlSmall + Theme.space1
            leftPadding: Theme.space3
            rightPadding: Theme.space3
            font.pixelSize: Theme.fontSmall
            onClicked: note.discoverRequested()
        }
    }
}
