import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// Exporting, importing, and restoring backups.
WindowCase {
    name: "Exchange"

    function part(dialog: var, name: string) {
        return findChild(dialog.contentItem, name);
    }
    function click(item: var) {
        waitForRendering(window.contentItem);
        mouseClick(item);
    }
    function exportCurrent() {
        find("headerExportButton").clicked();
        return opened("exportDialog");
    }
    function settings() {
        find("settingsDialog").open();
        return opened("settingsDialog");
    }

    function test_theHeaderExportsTheShownChat() {
        const dialog = exportCurrent();
        compare(dialog.chatId, 2);
        compare(dialog.heading, "Export this chat");
        verify(part(dialog, "format-md").on);
        verify(part(dialog, "exportConfirm").activeFocus);
        verify(!part(dialog, "exportThinking").checked && !part(dialog, "exportBranches").checked);
        click(part(dialog, "format-html"));
        click(part(dialog, "exportThinking"));
        dialog.write("file:///tmp/a.html");
        compare(app.exchange.lastCall(), ["exportChat", 2, "html", false, true, "file:///tmp/a.html"]);
    }
    function test_noChatNoButton() {
        app.currentChatId = 0;
        verify(!find("headerExportButton").visible);
    }
    function test_theMenuOfAChatExportsThat() {
        row(0).exportRequested();
        compare(opened("exportDialog").chatId, 1);
    }
    function test_aHearthFileHasNoOptions() {
        const dialog = exportCurrent();
        click(part(dialog, "format-json"));
        verify(!part(dialog, "exportThinking").visible && !part(dialog, "exportBranches").visible);
    }
    function test_progressCancelAndResult() {
        const dialog = exportCurrent();
        dialog.write("file:///tmp/a.md");
        app.exchange.fraction = 0.4;
        const bar = part(dialog, "exchangeProgress");
        tryVerify(() => bar.visible);
        fuzzyCompare(bar.value, 0.4, 0.001);
        verify(part(dialog, "exchangeCancel").activeFocus);
        verify(!part(dialog, "exportConfirm").visible);
        click(part(dialog, "exchangeCancel"));
        compare(app.exchange.lastCall(), ["cancel"]);
        app.exchange.end({result: "1 chat was exported to /tmp/a.md.", canShow: true});
        const result = part(dialog, "exchangeResult");
        tryVerify(() => result.visible);
        compare(result.text, "1 chat was exported to /tmp/a.md.");
        tryVerify(() => part(dialog, "exportDone").activeFocus);
        click(part(dialog, "exportShow"));
        compare(app.exchange.lastCall(), ["show"]);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !dialog.visible);
        // The next time it asks again.
        tryVerify(() => part(exportCurrent(), "exportConfirm").visible);
    }
    function test_aProblemNamesItsNextStep() {
        const dialog = exportCurrent();
        dialog.write("file:///tmp/a.md");
        app.exchange.end({cause: "The disk is full.", nextStep: "Free some space."});
        const problem = part(dialog, "exchangeProblem");
        tryVerify(() => problem.visible);
        compare(problem.nextStep, "Free some space.");
        verify(!part(dialog, "exportShow").visible);
        click(part(dialog, "exportAgain"));
        tryVerify(() => part(dialog, "exportConfirm").activeFocus);
        verify(!problem.visible);
    }
    function test_allChatsFromTheSettings() {
        const all = part(settings(), "exportAllChats");
        app.exchange.chatCount = 0;
        verify(!all.enabled);
        app.exchange.chatCount = 3;
        all.clicked();
        const dialog = opened("exportDialog");
        compare(dialog.chatId, 0);
        verify(part(dialog, "format-json").on && !dialog.intoFolder);
        dialog.write("file:///tmp/all.json");
        compare(app.exchange.lastCall(), ["exportAll", "json", false, false, "file:///tmp/all.json"]);
        app.exchange.end({});
        click(part(dialog, "format-pdf"));
        verify(dialog.intoFolder);
    }
    function test_importShowsWhatComesBeforeItComes() {
        part(settings(), "importChats").clicked();
        const dialog = opened("importChatsDialog");
        verify(part(dialog, "importChoose").activeFocus);
        dialog.look("file:///tmp/conversations.json");
        compare(app.exchange.lastCall(), ["look", "file:///tmp/conversations.json"]);
        tryVerify(() => part(dialog, "exchangeProgress").visible);
        app.exchange.end({plan: "The file holds 12 chats with 340 messages, from ChatGPT.", planNote: "2 chats cannot be read."});
        const plan = part(dialog, "importPlan");
        tryVerify(() => plan.visible);
        compare(plan.text, app.exchange.plan);
        verify(part(dialog, "importPlanNote").visible);
        tryVerify(() => part(dialog, "importChatsConfirm").activeFocus);
        keyClick(Qt.Key_Return);
        compare(app.exchange.lastCall(), ["importFound"]);
        app.exchange.end({result: "12 chats were imported."});
        tryVerify(() => part(dialog, "exchangeResult").visible);
        tryVerify(() => part(dialog, "importDone").activeFocus);
    }
    function test_closingWhileAFileIsReadStopsThat() {
        part(settings(), "importChats").clicked();
        const dialog = opened("importChatsDialog");
        dialog.look("file:///tmp/conversations.json");
        dialog.close();
        tryVerify(() => !dialog.visible);
        compare(app.exchange.lastCall(), ["cancel"]);
    }
    function test_restoringIsConfirmed() {
        const dialog = settings();
        const list = [];
        const collect = item => {
            if (item.objectName === "backupRestore")
                list.push(item);
            for (let i = 0; i < item.children.length; ++i)
                collect(item.children[i]);
        };
        collect(dialog.contentItem);
        compare(list.length, 2);
        verify(list[0].enabled && !list[1].enabled);
        verify(app.backups.refreshes > 0);
        list[0].clicked();
        const confirm = opened("restoreDialog");
        verify(part(confirm, "restoreCancel").activeFocus);
        keyClick(Qt.Key_Return);
        tryVerify(() => !confirm.visible);
        compare(app.backups.restoredFile, "");
        list[0].clicked();
        opened("restoreDialog");
        click(part(confirm, "restoreConfirm"));
        compare(app.backups.restoredFile, app.backups.items[0].file);
        tryVerify(() => !find("settingsDialog").visible);
    }
    function test_noBackupsYet() {
        app.backups.items = [];
        tryVerify(() => part(settings(), "noBackups").visible);
    }
}
