import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Asks before a document that was installed with the program is opened by another application.
AppDialog {
    id: dialog

    required property AboutModel about
    property string name: ""

    heading: qsTr("Open this file?")

    function ask(document: string) {
        name = document;
        open();
    }

    ColumnLayout {
        width: parent.width
        spacing: Theme.space4
        Text {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            text: qsTr("It came with Hearth. It opens in another application.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Card {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            implicitHeight: path.implicitHeight + Theme.space6
            Text {
                id: path
                objectName: "documentPath"
                anchors.fill: parent
                anchors.margins: Theme.space3
                text: dialog.name === "" ? "" : dialog.about.documentPath(dialog.name)
                color: Theme.text
                font.family: Theme.mono
                font.pixelSize: Theme.fontCode
                wrapMode: Text.WrapAnywhere
                textFormat: Text.PlainText
            }
        }
        DialogButtons {
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "openDocument"
                text: qsTr("Open")
                symbol: "external"
                primary: true
                onClicked: {
                    dialog.about.openDocument(dialog.name);
                    dialog.close();
                }
            }
        }
    }
}
