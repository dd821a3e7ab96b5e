import QtQuick
import QtTest
import Hearth.Ui

// About, the search for newer versions and its notice.
WindowCase {
    id: test
    name: "Updates"

    readonly property string hostile: "<b>x</b><img src='http://127.0.0.1:1/x'> [a](javascript:1)\n- two"

    function openSettings(words: string) {
        keyClick(Qt.Key_Comma, Qt.ControlModifier);
        const dialog = opened("settingsDialog");
        type(words);
        waitForRendering(window.contentItem);
        dialog.view.contentY = 0;
        return dialog;
    }
    function openAbout() {
        const dialog = find("aboutDialog");
        dialog.show();
        tryVerify(() => dialog.opened);
        waitForRendering(window.contentItem);
        return dialog;
    }
    function inside(dialog: var, name: string) {
        return findChild(dialog.contentItem, name);
    }
    function press(item: var) {
        item.forceActiveFocus(Qt.TabFocusReason);
        waitForRendering(window.contentItem);
        keyClick(Qt.Key_Return);
    }

    function test_about_from_the_settings() {
        keyClick(Qt.Key_Comma, Qt.ControlModifier);
        const settings = opened("settingsDialog");
        const button = inside(settings, "aboutButton");
        verify(button.text.includes(app.about.version));
        press(button);
        const about = opened("aboutDialog");
        compare(inside(about, "aboutVersion").text, "Hearth 0.2.0");
        verify(inside(about, "aboutCommit").text.includes("0123456789ab"));
        verify(inside(about, "aboutDetails").text.includes("SQLite"));
        verify(inside(about, "aboutDetails").readOnly);
        press(inside(about, "copyDetails"));
        compare(app.lastCall(), ["copyText", app.about.details()]);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !about.visible);
        verify(settings.visible);
    }
    function test_documents_open_after_a_question() {
        const about = openAbout();
        verify(!inside(about, "document-licence"), "not installed, not offered");
        press(inside(about, "document-notices"));
        const question = opened("documentDialog");
        compare(inside(question, "documentPath").text, "/usr/share/doc/hearth/notices");
        compare(app.about.opened, "");
        press(inside(question, "openDocument"));
        compare(app.about.opened, "notices");
        tryVerify(() => !question.visible);
    }
    function test_without_a_key_there_is_nothing_of_it() {
        app.updates.offered = false;
        const settings = openSettings("updates");
        verify(!inside(settings, "updateSettings").visible);
        verify(inside(settings, "noSetting").visible);
        settings.close();
        const about = openAbout();
        verify(!inside(about, "aboutUpdates").visible);
        compare(app.updates.checks, 0);
    }
    function test_looking_and_cancelling_by_keyboard() {
        const settings = openSettings("updates");
        const button = inside(settings, "checkForUpdates");
        verify(button.visible);
        compare(app.updates.checks, 0);
        press(button);
        compare(app.updates.checks, 1);
        compare(button.text, "Cancel");
        verify(inside(settings, "updateStatus").visible);
        keyClick(Qt.Key_Return);
        compare(app.updates.cancels, 1);
        compare(button.text, "Check for updates");
    }
    function test_switches_and_address() {
        const settings = openSettings("updates");
        const weekly = inside(settings, "updateWeekly");
        verify(!weekly.checked && !inside(settings, "updatePreviews").checked, "off until someone chooses");
        weekly.forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Space);
        verify(app.updates.weekly && !app.updates.previews);
        compare(app.updates.checks, 0, "the service decides");
        const field = inside(settings, "updateAddress");
        field.forceActiveFocus(Qt.TabFocusReason);
        field.selectAll();
        type("https://m.example/u");
        compare(app.updates.address, "https://example.org/hearth/updates.json");
        keyClick(Qt.Key_Return);
        compare(app.updates.address, "https://m.example/u");
        app.updates.address = "https://usual.example/";
        compare(field.text, "https://usual.example/", "what was cleaned is shown");
        app.updates.addressFixed = true;
        verify(!field.enabled);
    }
    function test_a_newer_version_is_plain_text_and_its_page_opens_after_a_question() {
        app.updates.find("0.3.0", {notes: hostile});
        const about = openAbout();
        const card = inside(about, "updateCard");
        verify(card.visible);
        compare(findChild(card, "updateVersion").text, "Hearth 0.3.0");
        const notes = findChild(card, "updateNotes");
        compare(notes.text, hostile);
        compare(notes.textFormat, Text.PlainText);
        verify(findChild(card, "updateFile").text.includes("hearth_0.3.0_amd64.deb") && findChild(card, "updateFile").text.includes("38 MB"));
        compare(findChild(card, "updateHash").text, "SHA-256 " + "00112233445566778899aabbccddeeff".repeat(2));
        press(findChild(card, "updatePage"));
        const link = opened("linkDialog");
        compare(link.address, "https://example.org/hearth/");
        verify(link.allowed && link.ofNews);
        link.close();
        for (const address of ["http://example.org/", "javascript:alert(1)", "mailto:x@example.org", "file:///etc/passwd", "https://a b", ""]) {
            link.askNews(address);
            verify(!link.allowed, address);
        }
        link.ask("http://example.org/");
        verify(link.allowed && !link.ofNews, "links of answers are as before");
        link.close();
    }
    function test_skipping() {
        app.updates.find("0.3.0", {wantsNotice: true});
        verify(find("updateNotice").visible);
        const about = openAbout();
        const skip = inside(about, "updateSkip");
        press(skip);
        verify(app.updates.skipped);
        compare(skip.text, "Do not skip it");
        verify(!find("updateNotice").visible);
        verify(inside(about, "updateCard").visible);
        keyClick(Qt.Key_Return);
        verify(!app.updates.skipped);
    }
    function test_a_problem_says_cause_and_next_step() {
        app.updates.problem = "<i>It</i> is older.";
        app.updates.problemNextStep = "Try again later.";
        const about = openAbout();
        const problem = inside(about, "updateProblem");
        verify(problem.visible);
        compare(problem.Accessible.name, "<i>It</i> is older. Try again later.");
        app.updates.problem = "";
        verify(!problem.visible);
    }
    function test_the_notice_is_quiet() {
        const notice = find("updateNotice");
        verify(!notice.visible);
        find("composer").forceActiveFocus();
        app.updates.find("0.3.0", {wantsNotice: true});
        tryVerify(() => notice.visible);
        waitForRendering(window.contentItem);
        compare(where(), "composer", "it takes no focus");
        verify(!find("aboutDialog").visible, "and opens nothing");
        verify(notice.Accessible.name.includes("0.3.0"));
        mouseClick(findChild(notice, "showUpdate"));
        const about = opened("aboutDialog");
        verify(inside(about, "updateCard").visible);
        about.close();
        tryVerify(() => !about.visible);
        mouseClick(findChild(notice, "dismissUpdate"));
        verify(!notice.visible);
    }
    function test_narrow_and_large_text() {
        window.width = 420;
        window.height = 360;
        Theme.fontPercent = 160;
        app.updates.find("0.3.0-rc.1+" + "x".repeat(200), {notes: hostile.repeat(30), wantsNotice: true});
        app.updates.files = app.updates.files.concat(app.updates.files);
        const about = openAbout();
        const outside = about.view.contentItem;
        compare(about.view.contentY, 0, "it opens at its beginning");
        for (const name of ["updateVersion", "updateNotes", "updateFile", "updateHash", "aboutDetails", "updatePage", "updateSkip", "copyDetails"]) {
            const item = inside(about, name);
            verify(item.mapToItem(outside, 0, 0).x >= 0, name);
            verify(item.mapToItem(outside, item.width, 0).x <= outside.width + 1, name);
            if (item.paintedWidth !== undefined)
                verify(item.paintedWidth <= item.width + 1, name);
        }
        press(inside(about, "copyDetails"));
        tryVerify(() => inView(inside(about, "copyDetails"), about.view));
    }
}
