import QtQuick
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

// The dialogs of the models page.
Item {
    id: dialogs

    required property AppViewModel app

    signal linkRequested(string link)
    signal jobStarted

    // What a row wants; see InstalledRow.
    function act(what: string, id: var, name: string) {
        const models = app.models;
        switch (what) {
        case "use":
            return models.use(id);
        case "settings":
            return settings.edit(id);
        case "smaller":
            return smaller.ask(id);
        case "card":
            models.showCard(id);
            return card.show();
        case "verify":
            models.verify(id);
            return jobStarted();
        case "folder":
            return models.showInFolder(id);
        case "remove":
            return removal.ask(id, name);
        case "locate":
            located.variantId = id;
            return located.open();
        }
    }
    function showCard(entryId: string) {
        app.models.showOfferCard(entryId);
        card.show();
    }

    VariantSettingsDialog {
        id: settings
        objectName: "variantSettingsDialog"
        app: dialogs.app
    }
    SmallerDialog {
        id: smaller
        objectName: "smallerDialog"
        models: dialogs.app.models
        onStarted: dialogs.jobStarted()
    }
    ModelCardDialog {
        id: card
        objectName: "modelCardDialog"
        models: dialogs.app.models
        onLinkRequested: link => dialogs.linkRequested(link)
        onCopyRequested: text => dialogs.app.copyText(text)
        onSaveRequested: (text, name) => saving.ask(text, name)
    }
    SaveTextDialog {
        id: saving
        app: dialogs.app
    }
    RemoveDialog {
        id: removal
        objectName: "removeDialog"
        models: dialogs.app.models
    }
    FileDialog {
        id: located
        property var variantId: 0
        title: qsTr("Where is the file now?")
        nameFilters: [qsTr("GGUF models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: dialogs.app.models.locate(variantId, selectedFile)
    }
}
