import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// Asks before a link leaves the application. Of an answer, only web and mail addresses are offered at all; of the news, only https.
AppDialog {
    id: dialog

    property string address: ""
    property bool ofNews: false
    readonly property bool allowed: (ofNews ? /^https:\/\/[^\s]+$/ : /^(https?:\/\/|mailto:)[^\s]+$/i).test(address)
    readonly property string origin: ofNews ? qsTr("It was written by the makers of Hearth. It opens in another application.") : qsTr("It was written by the model. It opens in another application.")

    signal copyRequested(string text)

    heading: allowed ? qsTr("Open this link?") : qsTr("This link cannot be opened")

    function ask(link: string) {
        ofNews = false;
        address = link;
        open();
    }
    function askNews(link: string) {
        ofNews = true;
        address = link;
        open();
    }
    function accept() {
        if (allowed)
            Qt.openUrlExternally(address);
        close();
    }

    ColumnLayout {
        width: parent.width
        spacing: Theme.space4
        Text {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            text: dialog.allowed ? dialog.origin : qsTr("Only web and mail addresses can be opened from an answer.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Card {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            implicitHeight: link.implicitHeight + Theme.space6
            Text {
                id: link
                anchors.fill: parent
                anchors.margins: Theme.space3
                text: dialog.address
                color: Theme.text
                font.family: Theme.mono
                font.pixelSize: Theme.fontCode
                wrapMode: Text.WrapAnywhere
                maximumLineCount: 6
                elide: Text.ElideRight
                textFormat: Text.PlainText
            }
        }
        DialogButtons {
            AppButton {
                text: qsTr("Copy address")
                symbol: "copy"
                onClicked: {
                    dialog.copyRequested(dialog.address);
                    dialog.close();
                }
            }
            AppButton {
                objectName: "openLinkButton"
                visible: dialog.allowed
                text: qsTr("Open link")
                symbol: "external"
                primary: true
                onClicked: dialog.accept()
            }
        }
    }
}
