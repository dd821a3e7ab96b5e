import QtQuick
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

SettingsSection {
    id: data

    required property AppViewModel app

    signal erased
    signal restored
    signal exportRequested
    signal importRequested

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
        heading: qsTr("Export chats")
        help: qsTr("Takes all chats along: as one file that Hearth can import again, or as documents in a folder.")
        AppButton {
            objectName: "exportAllChats"
            text: qsTr("Export all chats…")
            symbol: "export"
            enabled: data.app.exchange.chatCount > 0
            onClicked: data.exportRequested()
        }
    }
    SettingRow {
        group: data
        heading: qsTr("Import chats")
        help: qsTr("Brings in chats of Hearth, ChatGPT, Open WebUI or LM Studio as new chats.")
        AppButton {
            objectName: "importChats"
            text: qsTr("Import chats…")
            symbol: "import"
            onClicked: data.importRequested()
        }
    }
    SettingRow {
        group: data
        below: true
        heading: qsTr("Backups")
        help: qsTr("Hearth makes one every day and before each update of its file, and keeps the newest three.")
        BackupList {
            width: parent.width
            backups: data.app.backups
            onRestoreRequested: (file, time) => restoreDialog.ask(file, time)
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
    RestoreDialog {
        id: restoreDialog
        backups: data.app.backups
        onRestored: data.restored()
    }
    EraseDialog {
        id: eraseDialog
        app: data.app
        onErased: data.erased()
    }
}
