import QtQuick
import QtTest
import Hearth.Test
import Hearth.Ui

// What a screen reader meets in every state of the window, and motion for people who want none.
WindowCase {
    name: "Access"

    // A conversation with every kind of block, and every notice.
    function fillAll() {
        app.addQuestion("Show me everything");
        app.addAnswer([{kind: "thinking", title: "Thought for 3 s", html: "<p>x</p>"}, {kind: "heading", level: 2, html: "Heading"}, {html: "Text <a href='https://example.org'>link</a>"}, {kind: "code", language: "cpp", code: "int x;"},
            {kind: "table", rows: [["A", "B"], ["1", "2"]], alignments: []}, {kind: "list", html: "<ul><li>x</li></ul>"}, {kind: "quote", html: "<p>q</p>"}, {kind: "rule"}], {versionIndex: 2, versionCount: 3, stats: "1 token"});
        app.addQuestion("And?", {status: "queued", statusText: "Waiting"});
        app.addAnswer([], {status: "failed", errorCause: "It broke.", errorNextStep: "Mend it.", errorDetail: "op linear"});
        app.notice = "Read-only.";
        app.noticeNextStep = "Make it writable.";
        app.undoText = "Chat deleted";
        app.busy = true;
        waitForRendering(window.contentItem);
    }
    function check(state: string) {
        waitForRendering(window.contentItem);
        const objects = Probe.accessibleObjects(window);
        verify(objects.length > 10, state + ": " + objects.length);
        compare(Probe.accessibilityProblems(window).join("\n"), "", state);
        return objects.join("\n");
    }

    function test_states_data() {
        return [{tag: "empty", set: () => {}}, {tag: "conversation", set: fillAll}, {tag: "nothing at all", set: () => app.chats.clear()}, {tag: "find", set: () => {
                        fillAll();
                        keyClick(Qt.Key_F, Qt.ControlModifier);
                        type("x");
                    }}, {tag: "search", set: () => {
                        app.search.query = "fox";
                        app.search.append({chatId: 1, title: "A fox", snippet: "A <b>fox</b>", section: "Titles", when: "Today"});
                        app.search.append({chatId: 3, messageId: 31, title: "Chat", snippet: "the <b>fox</b>", when: "12 Oct"});
                    }}, {tag: "nothing found", set: () => app.search.query = "fox"}, {tag: "held", set: () => app.model.state = "held"}, {tag: "failed", set: () => {
                        app.model.isStarter = false;
                        app.model.errorDetail = "details";
                        app.model.state = "failed";
                    }}, {tag: "loading", set: () => app.model.state = "loading"}, {tag: "rename", set: () => keyClick(Qt.Key_F2)}, {tag: "narrow", set: () => window.width = 500}, {tag: "menu of a chat", set: () => {
                        row(0).forceActiveFocus(Qt.TabFocusReason);
                        keyClick(Qt.Key_Menu);
                        tryVerify(() => findChild(row(0), "deleteAction").visible);
                    }}, {tag: "model panel", set: () => {
                        app.model.isStarter = false;
                        keyClick(Qt.Key_M, Qt.ControlModifier);
                        opened("modelPanel");
                    }}];
    }
    function test_states(data: var) {
        data.set();
        check(data.tag);
    }
    function test_dialogs_data() {
        return ["settingsDialog", "shortcutSheet", "eraseDialog", "unsavedDialog", "linkDialog"].map(name => ({tag: name}));
    }
    function test_dialogs(data: var) {
        app.dataFolderNote = "note";
        app.settings.contextCost = "cost";
        if (data.tag === "eraseDialog") { // it belongs to the settings
            find("settingsDialog").open();
            opened("settingsDialog");
        }
        find(data.tag).open();
        const dialog = opened(data.tag);
        const objects = check(data.tag);
        verify(objects.includes("Dialog '" + dialog.heading + "'"), objects);
        verify(objects.includes("Heading '" + dialog.heading + "'"), objects);
    }
    function test_main_parts_are_there() {
        fillAll();
        const objects = check("conversation");
        for (const part of ["Button 'New chat'", "EditableText 'Search chats'", "List 'Chats'", "ListItem 'Chat 1'", "Button 'Settings'", "Button 'Model: Ember, Ready'", "List 'Messages'", "ListItem 'You: Show me everything'",
            "Button 'Copy the answer'", "Button 'Answer again'", "Button 'Previous answer'", "StaticText 'Answer 2 of 3'", "EditableText 'Message'", "Button 'Stop the answer'", "AlertMessage 'Read-only. Make it writable.'"])
            verify(objects.includes(part), part + " is missing in\n" + objects);
        // In the order in which they lie in the window.
        verify(objects.indexOf("List 'Chats'") < objects.indexOf("Button 'Model"));
        verify(objects.indexOf("Button 'Model") < objects.indexOf("List 'Messages'"));
        verify(objects.indexOf("List 'Messages'") < objects.indexOf("EditableText 'Message'"));
    }
    function test_choices_are_radio_buttons() {
        find("settingsDialog").open();
        opened("settingsDialog");
        const objects = check("settings");
        for (const part of ["Grouping 'Theme'", "RadioButton 'Light'", "Grouping 'Device'", "RadioButton 'Automatic'", "Slider 'Text size'", "CheckBox 'Reduce motion'", "SpinBox 'Top-k'"])
            verify(objects.includes(part), part + " is missing in\n" + objects);
    }
    function test_reduced_motion_leaves_nothing_running() {
        Probe.stopCursor();
        const states = () => {
            app.addQuestion("Hello");
            app.addAnswer([], {status: "reading", statusText: "Reading"});
            app.undoText = "Chat deleted";
            app.model.state = "loading";
            app.model.progress = 0.4;
            app.markedMessageId = 1;
            app.jumpRequested(0);
            find("settingsDialog").open();
            wait(100);
        };
        compare(app.settings.reducedMotion, true);
        states();
        wait(Theme.feedback + 200);
        compare(Probe.runningAnimations(window).join("\n"), "");
        verify(Probe.framesDrawn(window, 400) <= 1, "frames are drawn");
        // The same with motion, so that this test can fail.
        app.settings.reducedMotion = false;
        verify(Probe.runningAnimations(window).length > 0);
        verify(Probe.framesDrawn(window, 400) > 5);
    }
    function test_with_reduced_motion_a_mark_is_there_at_once_and_goes() {
        talk(3);
        app.markedMessageId = 2;
        app.jumpRequested(1);
        wait(50);
        const mark = findChild(find("conversationList").itemAtIndex(1), "mark");
        compare(mark.opacity, 1);
        tryVerify(() => mark.opacity === 0, Theme.feedback + 500);
    }
    function test_models_page_data() {
        return ["installed", "discover", "downloads"].map(name => ({tag: name}));
    }
    function test_models_page(data: var) {
        app.models.fill();
        find("pages").show("models");
        find("modelsPage").openTab(data.tag);
        const objects = check(data.tag);
        const parts = {
            installed: ["Heading 'Ember'", "Button 'Use Ember, Q8_0'", "Button 'More for “Ember, Q8_0”'", "ProgressBar 'Making a smaller variant of Moonlight-16B-A3B'", "Button 'Import…'", "RadioButton 'Installed, 5'", "StaticText 'Disk: 42.5 GB used, 120.0 GB free'"],
            discover: ["EditableText 'Search models'", "RadioButton 'Fits this computer'", "Button 'Download DeepSeek-V2-Lite-Chat Q6_K, 14.1 GB'", "ListItem 'OLMoE-1B-7B-Instruct'"],
            downloads: ["ListItem 'Qwen3-30B-A3B · Q4_K_M, Downloading 37%'", "Button 'Pause Qwen3-30B-A3B · Q4_K_M'", "Button 'Try gpt-oss-20b · MXFP4 again'", "ProgressBar 'Qwen3-30B-A3B · Q4_K_M'"]
        };
        for (const part of parts[data.tag])
            verify(objects.includes(part), part + " is missing in\n" + objects);
    }
    function test_models_dialogs_data() {
        return ["variantSettingsDialog", "smallerDialog", "modelCardDialog", "removeDialog", "importDialog"].map(name => ({tag: name}));
    }
    function test_models_dialogs(data: var) {
        app.models.fill();
        app.models.fillCard();
        app.models.fillSmaller();
        app.models.editor.temperature.own = true;
        app.models.editor.chatTemplate.own = true;
        find("pages").show("models");
        find(data.tag).open();
        const dialog = opened(data.tag);
        verify(check(data.tag).includes("Dialog '" + dialog.heading + "'"));
    }
    function test_no_text_of_the_models_page_is_cut_off_data() {
        return test_no_text_is_cut_off_data();
    }
    function test_no_text_of_the_models_page_is_cut_off(data: var) {
        window.width = data.width;
        window.height = data.height;
        app.settings.fontPercent = data.percent;
        app.models.fill();
        app.models.fillCard();
        app.models.fillSmaller();
        app.models.editor.temperature.own = true;
        app.models.editor.contextLength.own = true;
        app.models.editor.needsReload = true;
        find("pages").show("models");
        for (const tab of ["installed", "discover", "downloads"]) {
            find("modelsPage").openTab(tab);
            waitForRendering(window.contentItem);
            compare(Probe.clippedTexts(window).join("\n"), "", tab);
            compare(Probe.overflows(find(tab + "Tab")).join("\n"), "", tab);
        }
        for (const name of ["variantSettingsDialog", "smallerDialog", "modelCardDialog", "removeDialog", "importDialog", "modelPanel"]) {
            find(name).open();
            const dialog = opened(name);
            compare(Probe.clippedTexts(window).join("\n"), "", name);
            compare(Probe.overflows(dialog.contentItem).join("\n"), "", name);
            dialog.close();
        }
    }
    function test_no_text_is_cut_off_data() {
        const sizes = [[900, 600], [1440, 900], [420, 360]];
        const cases = [];
        for (const size of sizes) {
            for (const percent of [80, 100, 160])
                cases.push({tag: size.join("x") + " at " + percent, width: size[0], height: size[1], percent: percent});
        }
        return cases;
    }
    function test_no_text_is_cut_off(data: var) {
        window.width = data.width;
        window.height = data.height;
        app.settings.fontPercent = data.percent;
        fillAll();
        compare(Probe.clippedTexts(window).join("\n"), "", "conversation");
        for (const name of ["settingsDialog", "eraseDialog", "shortcutSheet", "unsavedDialog", "modelPanel"]) {
            find(name).open();
            opened(name);
            compare(Probe.clippedTexts(window).join("\n"), "", name);
            if (name !== "settingsDialog")
                find(name).close();
        }
    }
}
