import QtQuick
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

SettingsSection {
    id: data

    required property AppViewModel app

    signal erased

    heading: qsTr("Data and privacy")

    SettingRow {
        group: data
        below: true
        heading: qsTr("Data folder")
        help: data.app.dataFolderFixed ? qsTr("Chats, settings and backups are kept here and nowhere else. HEARTH_HOME sets this folder, so it cannot be changed here.")
                                       : qsTr("Chats, settings and backups are kept here and nowhere else.")
        Column {
            width: parent.width
            spacing: Theme.space2
            Card {
                width: parent.width
                implicitHeight: path.height + Theme.space3 * 2
                TextEdit {
                    id: path
                    objectName: "dataFolder"
                    x: Theme.space3
                    y: Theme.space3
                    width: parent.width - Theme.space3 * 2
                    text: data.app.dataFolder
                    textFormat: TextEdit.PlainText
                    wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
                    readOnly: true
                    selectByMouse: true
                    color: Theme.text
                    selectionColor: Theme.selection
                    selectedTextColor: Theme.selectionText
                    font.family: Theme.mono
                    font.pixelSize: Theme.fontCode
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                    Accessible.readOnly: true
                }
            }
            Text {
                objectName: "dataFolderNote"
                width: parent.width
                visible: text !== ""
                text: data.app.dataFolderNote
                color: Theme.warning
                font.pixelSize: Theme.fontCaption
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }
            Flow {
                width: parent.width
                spacing: Theme.space2
                AppButton {
                    objectName: "openDataFolder"
                    text: qsTr("Open folder")
                    symbol: "folder"
                    onClicked: data.app.openDataFolder()
                }
                AppButton {
                    objectName: "changeDataFolder"
                    text: qsTr("Change…")
                    enabled: !data.app.dataFolderFixed
                    onClicked: folderDialog.open()
                }
            }
        }
    }
    SettingRow {
        group: data
        heading: qsTr("Erase everything")
        help: qsTr("Removes all chats, settings and backups from this computer for good, and model files if you wish.")
        AppButton {
            objectName: "eraseEverything"
            text: qsTr("Erase everything…")
            symbol: "trash"
            dangerous: true
            onClicked: eraseDialog.open()
        }
    }
    FolderDialog {
        id: folderDialog
        title: qsTr("Choose a folder for your data")
        onAccepted: data.app.chooseDataFolder(selectedFolder)
    }
    EraseDialog {
        id: eraseDialog
        app: data.app
        onErased: data.erased()
    }
}
