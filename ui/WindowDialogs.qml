import QtQuick
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

// The dialogs of the whole window.
Item {
    id: dialogs

    required property AppViewModel app
    readonly property alias sheet: sheetDialog

    signal closeAnyway
    // The page that shows what was opened or imported should come: "chat", "models" or "adapters"; "used":
    // the chat, unless the person has gone elsewhere while it was imported.
    signal pageWanted(string name)

    // `query`: shows only what matches it.
    function openSettings(query = "") {
        settingsDialog.query = query;
        settingsDialog.open();
    }
    function toggleSheet() {
        sheetDialog.visible ? sheetDialog.close() : sheetDialog.open();
    }
    function openAbout() {
        aboutDialog.show();
    }
    function askUnsaved() {
        (app.unsaved ? unsavedDialog : editsDialog).open();
    }
    function askLink(link: string) {
        linkDialog.ask(link);
    }
    function importModels() {
        importDialog.ask();
    }
    // 0: all chats.
    function exportChats(chatId: var) {
        exportDialog.ask(chatId);
    }
    function openModel() {
        fileDialog.open();
    }

    SettingsDialog {
        id: settingsDialog
        objectName: "settingsDialog"
        app: dialogs.app
        onShortcutsRequested: sheetDialog.open()
        onAboutRequested: dialogs.openAbout()
        onWelcomeRequested: welcomeDialog.start()
        onLinkRequested: link => linkDialog.askNews(link)
        onExportRequested: dialogs.exportChats(0)
        onImportRequested: importChatsDialog.ask()
    }
    WelcomeDialog {
        id: welcomeDialog
        app: dialogs.app
        onModelsWanted: dialogs.pageWanted("models")
    }
    ExportDialog {
        id: exportDialog
        objectName: "exportDialog"
        exchange: dialogs.app.exchange
    }
    ImportChatsDialog {
        id: importChatsDialog
        objectName: "importChatsDialog"
        exchange: dialogs.app.exchange
    }
    AboutDialog {
        id: aboutDialog
        objectName: "aboutDialog"
        app: dialogs.app
        onLinkRequested: link => linkDialog.askNews(link)
        onDocumentRequested: name => documentDialog.ask(name)
    }
    DocumentDialog {
        id: documentDialog
        objectName: "documentDialog"
        about: dialogs.app.about
    }
    ChatSwitcher {
        id: chatSwitcher
        switcher: dialogs.app.switcher
        onChosen: dialogs.pageWanted("chat")
    }
    AppShortcut {
        action: "switchChat"
        onActivated: chatSwitcher.open()
    }
    ShortcutSheet {
        id: sheetDialog
    }
    UnsavedDialog {
        id: unsavedDialog
        app: dialogs.app
        onCloseAnyway: {
            close();
            dialogs.app.conversation.unsavedEdits ? editsDialog.open() : dialogs.closeAnyway();
        }
    }
    EditsDialog {
        id: editsDialog
        onCloseAnyway: dialogs.closeAnyway()
    }
    LinkDialog {
        id: linkDialog
        objectName: "linkDialog"
        onCopyRequested: text => dialogs.app.copyText(text)
    }
    ImportDialog {
        id: importDialog
        objectName: "importDialog"
        models: dialogs.app.models
        opening: dialogs.app.opening
        onImported: dialogs.pageWanted("models")
    }
    Connections {
        target: dialogs.app.opening
        function onAsked() {
            importDialog.show();
        }
        function onPageWanted(page) {
            dialogs.pageWanted(page);
        }
        function onImportUsed() {
            dialogs.pageWanted("used");
        }
    }
    FileDialog {
        id: fileDialog
        title: qsTr("Open a model")
        nameFilters: [qsTr("GGUF models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: dialogs.app.openModelFile(selectedFile)
    }
}
