pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// A newer version: when, what is new, its packages. It is fetched and installed by the person, not from here.
Card {
    id: card

    required property UpdatesModel updates

    signal linkRequested(string link)

    tone: updates.skipped ? "plain" : "accent"
    implicitHeight: column.height + Theme.space4 * 2

    component Words: Text {
        width: parent.width
        visible: text !== ""
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }

    Column {
        id: column
        x: Theme.space4
        y: Theme.space4
        width: parent.width - Theme.space4 * 2
        spacing: Theme.space3
        Column {
            width: parent.width
            spacing: Theme.space1
            Words {
                objectName: "updateVersion"
                text: qsTr("Hearth %1").arg(card.updates.version)
                color: Theme.text
                font.pixelSize: Theme.fontUi
                font.weight: Theme.fontBold
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            }
            Words {
                objectName: "updateDate"
                text: card.updates.date
            }
        }
        Words {
            objectName: "updateNotes"
            text: card.updates.notes
            color: Theme.text
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            lineHeight: Theme.lineHeight
        }
        Repeater {
            model: card.updates.files
            Column {
                id: file
                required property var modelData
                width: column.width
                spacing: Theme.space1
                Words {
                    objectName: "updateFile"
                    text: qsTr("%1: %2, %3").arg(file.modelData.text).arg(file.modelData.name).arg(file.modelData.size)
                    wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                }
                TextEdit {
                    objectName: "updateHash"
                    width: parent.width
                    text: qsTr("SHA-256 %1").arg(file.modelData.sha256)
                    textFormat: TextEdit.PlainText
                    wrapMode: TextEdit.WrapAnywhere
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
        }
        Words {
            text: qsTr("Hearth does not download or install it. Your chats and models stay when you install it over this version.")
        }
        Flow {
            width: parent.width
            spacing: Theme.space2
            AppButton {
                objectName: "updatePage"
                visible: card.updates.page !== ""
                text: qsTr("Open its page…")
                symbol: "external"
                primary: !card.updates.skipped
                onClicked: card.linkRequested(card.updates.page)
            }
            AppButton {
                objectName: "updateSkip"
                text: card.updates.skipped ? qsTr("Do not skip it") : qsTr("Skip this version")
                onClicked: card.updates.skip(!card.updates.skipped)
            }
        }
    }
}
