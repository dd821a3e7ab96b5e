pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// What this program is, whether there is a newer one, and what a report of an error should hold.
AppDialog {
    id: dialog

    required property AppViewModel app
    property string details: ""
    readonly property var names: ({
            changelog: qsTr("What is new…"),
            notices: qsTr("Third-party notices…"),
            licence: qsTr("Licence…")
        })

    signal linkRequested(string link)
    signal documentRequested(string name)

    function show() {
        details = app.about.details();
        view.contentY = 0;
        open();
    }

    heading: qsTr("About Hearth")
    maximumWidth: Theme.settingsWidth

    component Caption: Text {
        width: parent.width
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        font.weight: Theme.fontMedium
        font.capitalization: Font.AllUppercase
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    Column {
        x: Theme.space6
        width: parent.width - Theme.space6 * 2
        bottomPadding: Theme.space6
        spacing: Theme.space5
        Row {
            width: parent.width
            spacing: Theme.space4
            Image {
                id: mark
                source: "qrc:/icons/hearth.svg"
                sourceSize: Qt.size(Theme.iconLarge, Theme.iconLarge)
                Accessible.ignored: true
            }
            Column {
                width: parent.width - mark.width - parent.spacing
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.space1
                Text {
                    objectName: "aboutVersion"
                    width: parent.width
                    text: qsTr("Hearth %1").arg(dialog.app.about.version)
                    color: Theme.text
                    font.pixelSize: Theme.fontTitle
                    font.weight: Theme.fontBold
                    wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                    textFormat: Text.PlainText
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
                Text {
                    objectName: "aboutCommit"
                    width: parent.width
                    text: qsTr("Commit %1 · Apache License 2.0").arg(dialog.app.about.commit)
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontSmall
                    wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                    textFormat: Text.PlainText
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
            }
        }
        Caption {
            visible: dialog.app.updates.offered
            text: qsTr("Newer versions")
        }
        UpdateCheck {
            objectName: "aboutUpdates"
            width: parent.width
            visible: dialog.app.updates.offered
            updates: dialog.app.updates
            onLinkRequested: link => dialog.linkRequested(link)
        }
        Caption {
            text: qsTr("For reports of errors")
        }
        Card {
            width: parent.width
            implicitHeight: facts.height + Theme.space3 * 2
            TextEdit {
                id: facts
                objectName: "aboutDetails"
                x: Theme.space3
                y: Theme.space3
                width: parent.width - Theme.space3 * 2
                text: dialog.details
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
                readOnly: true
                selectByMouse: true
                color: Theme.textMuted
                selectionColor: Theme.selection
                selectedTextColor: Theme.selectionText
                font.family: Theme.mono
                font.pixelSize: Theme.fontCaption
                Accessible.role: Accessible.StaticText
                Accessible.name: text
                Accessible.readOnly: true
            }
        }
        Flow {
            width: parent.width
            spacing: Theme.space2
            AppButton {
                objectName: "copyDetails"
                text: qsTr("Copy details")
                symbol: "copy"
                onClicked: dialog.app.copyText(dialog.details)
            }
            Repeater {
                model: dialog.app.about.documents
                AppButton {
                    required property string modelData
                    objectName: "document-" + modelData
                    text: dialog.names[modelData] ?? ""
                    symbol: "external"
                    onClicked: dialog.documentRequested(modelData)
                }
            }
        }
    }
}
