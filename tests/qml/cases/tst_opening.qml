import QtQuick
import QtTest
import Hearth.Ui

// Files that were dropped or opened: what is asked about them, and where they go.
ModelsCase {
    name: "Opening"

    function test_dropped_files_are_opened_and_imported() {
        const opening = window.app.opening;
        const drop = find("fileDrop");
        compare(drop.files(["file:///a/b.gguf", "https://example.org/c.gguf"]).length, 1);
        drop.taken(["file:///home/anna/b%20c.gguf", "file:///home/anna/models/"]);
        compare(opening.lastCall(), ["open", ["file:///home/anna/b%20c.gguf", "file:///home/anna/models/"]]);
        verify(!find("importDialog").visible, "nothing is asked before the files were looked at");
        opening.ask([{name: "b c.gguf", about: "Story · 4.7 GB"}, {name: "law.gguf", about: "Adapter · Law · 20 MB"}], false);
        const dialog = opened("importDialog");
        compare(all(dialog.contentItem, "importName").map(text => text.text), ["b c.gguf", "law.gguf"]);
        compare(all(dialog.contentItem, "importAbout").map(text => text.text), ["Story · 4.7 GB", "Adapter · Law · 20 MB"]);
        verify(!part(dialog.contentItem, "importUse"), "several files are not used");
        verify(part(dialog.contentItem, "importConfirm").activeFocus);
        keyClick(Qt.Key_Return);
        compare(opening.calls.filter(call => call[0] === "accept"), [["accept", false, true]]);
        compare(find("pages").current, "models");
        verify(find("installedTab").visible);
        tryVerify(() => !dialog.visible);
    }
    function test_dropped_texts_go_where_the_chat_is() {
        const opening = window.app.opening;
        const drop = find("fileDrop");
        window.showPage("chat");
        drop.taken(["file:///home/anna/notes.md", "file:///home/anna/b.gguf"]);
        compare(window.app.lastCall(), ["addFiles", ["file:///home/anna/notes.md"]]);
        compare(opening.lastCall(), ["open", ["file:///home/anna/b.gguf"]]);
        window.showPage("models");
        drop.taken(["file:///home/anna/notes.md"]);
        compare(opening.lastCall(), ["open", ["file:///home/anna/notes.md"]]);
    }
    function test_one_opened_model_can_be_used_at_once() {
        const opening = window.app.opening;
        opening.ask([{name: "<b>x</b>&amp;.gguf", about: "Story · 4.7 GB"}], true);
        const dialog = opened("importDialog");
        compare(part(dialog.contentItem, "importName").text, "<b>x</b>&amp;.gguf");
        verify(part(dialog.contentItem, "importUse").checked);
        mouseClick(part(dialog.contentItem, "importCopy"));
        mouseClick(part(dialog.contentItem, "importUse"));
        mouseClick(part(dialog.contentItem, "importConfirm"));
        compare(opening.calls.filter(call => call[0] === "accept"), [["accept", true, false]]);
        dialog.copy = false;
        dialog.use = true;
        opening.importUsed();
        compare(find("pages").current, "chat");
    }
    function test_an_import_that_is_used_does_not_call_anybody_back() {
        window.app.opening.pageWanted("adapters");
        compare(find("pages").current, "adapters");
        window.app.opening.importUsed();
        compare(find("pages").current, "adapters");
        window.app.opening.pageWanted("chat");
        compare(find("pages").current, "chat");
    }
    function test_looking_is_said_when_it_takes_a_while() {
        const note = find("lookingNote");
        verify(!note.visible);
        window.app.opening.looking = true;
        verify(!note.visible);
        tryVerify(() => note.visible);
        window.app.opening.looking = false;
        verify(!note.visible);
        window.app.opening.looking = true;
        verify(!note.visible, "each time anew");
    }
    function test_what_was_opened_is_forgotten_with_the_dialog() {
        const opening = window.app.opening;
        opening.ask([{name: "a.gguf", about: ""}], true);
        const dialog = opened("importDialog");
        const many = [];
        for (let i = 0; i < 40; ++i)
            many.push({name: "model-" + i + ".gguf", about: "1 GB"});
        opening.ask(many, false);
        compare(all(dialog.contentItem, "importName").length, 6);
        verify(part(dialog.contentItem, "importMore").text.includes("34"));
        verify(dialog.height <= window.height);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !dialog.visible);
        compare(opening.calls, [["dismiss"]]);
        show("installed");
        mouseClick(part(find("installedTab"), "importButton"));
        compare(all(opened("importDialog").contentItem, "importName").length, 0);
        verify(part(dialog.contentItem, "importFiles").visible);
    }
}
