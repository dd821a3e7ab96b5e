import QtQuick
import QtTest
import Hearth.App
import Hearth.Test
import Hearth.Ui

// Own texts that "/" offers: the menu, placeholders, the dialog.
Item {
    id: root

    width: 800
    height: 600

    AppViewModel {
        id: app
    }
    Composer {
        id: composer
        anchors.bottom: parent.bottom
        width: parent.width
        app: app
    }

    TestCase {
        id: test
        name: "Prompts"
        when: windowShown

        property var input
        property var menu

        function init() {
            input = findChild(composer, "composer");
            menu = findChild(composer, "snippetMenu");
            app.calls = [];
            app.busy = false;
            app.snippets.all = [
                {
                    snippetId: 1,
                    name: "Mail",
                    text: "Write to {name} about {topic}."
                },
                {
                    snippetId: 2,
                    name: "Translate",
                    text: "Translate this"
                }
            ];
            input.text = "";
            composer.focusInput();
        }
        function cleanup() {
            const dialog = findChild(composer, "snippetDialog");
            dialog.close();
            tryVerify(() => !dialog.visible);
        }
        function type(text: string) {
            for (const c of text)
                keyClick(c);
        }

        function test_slash_at_the_start_opens_the_menu() {
            verify(!menu.shown);
            type("/");
            verify(menu.shown);
            compare(findChild(menu, "snippetList").count, 3);
            type("tr");
            compare(app.snippets.query, "tr");
            compare(findChild(menu, "snippetList").count, 2);
            keyClick(Qt.Key_Return);
            compare(input.text, "Translate this");
            compare(input.cursorPosition, input.length);
            verify(!menu.shown);
            compare(app.calls.length, 0);
            keyClick(Qt.Key_Return);
            compare(app.lastCall(), ["send", "Translate this"]);
        }
        function test_slash_elsewhere_is_a_slash() {
            type("a/");
            verify(!menu.shown);
            input.text = "";
            type("/zzz");
            verify(!menu.shown, "nothing fits");
            keyClick(Qt.Key_Return);
            compare(app.lastCall(), ["send", "/zzz"]);
        }
        function test_arrows_choose() {
            type("/");
            keyClick(Qt.Key_Down);
            compare(menu.current, 1);
            keyClick(Qt.Key_Up);
            keyClick(Qt.Key_Up);
            compare(menu.current, 2);
            keyClick(Qt.Key_Down);
            compare(menu.current, 0);
            keyClick(Qt.Key_Down);
            keyClick(Qt.Key_Return);
            compare(input.text, "Translate this");
        }
        function test_escape_closes_until_it_is_asked_again() {
            type("/");
            keyClick(Qt.Key_Escape);
            verify(!menu.shown);
            compare(app.calls.length, 0);
            type("m");
            verify(!menu.shown);
            input.text = "";
            type("/");
            verify(menu.shown);
        }
        function test_tab_leads_through_placeholders() {
            type("/mail");
            keyClick(Qt.Key_Return);
            compare(input.selectedText, "{name}");
            type("Ann");
            compare(input.text, "Write to Ann about {topic}.");
            keyClick(Qt.Key_Tab);
            compare(input.selectedText, "{topic}");
            type("tea");
            compare(input.text, "Write to Ann about tea.");
            keyClick(Qt.Key_Tab);
            verify(!input.activeFocus, "without another one, Tab leaves");
        }
        function test_backtab_leads_back() {
            type("/mail");
            keyClick(Qt.Key_Return);
            keyClick(Qt.Key_Tab);
            compare(input.selectedText, "{topic}");
            keyClick(Qt.Key_Backtab, Qt.ShiftModifier);
            compare(input.selectedText, "{name}");
        }
        function test_braces_that_were_typed_are_no_placeholders() {
            input.text = "int f() {x}";
            input.cursorPosition = 0;
            keyClick(Qt.Key_Tab);
            verify(!input.activeFocus);
        }
        function test_enter_while_composing_chooses_nothing() {
            type("/");
            Ime.compose(input, "ma");
            keyClick(Qt.Key_Return);
            compare(input.text, "/");
            Ime.commit(input, "");
        }
        function test_dialog_adds_edits_and_deletes() {
            const dialog = findChild(composer, "snippetDialog");
            type("/");
            keyClick(Qt.Key_Up);
            keyClick(Qt.Key_Return);
            tryVerify(() => dialog.opened);
            compare(input.text, "");
            const inside = dialog.contentItem;
            mouseClick(findChild(inside, "newSnippet"));
            const name = findChild(inside, "snippetName");
            tryVerify(() => name.activeFocus);
            verify(!findChild(inside, "saveSnippet").enabled);
            type("Sum");
            findChild(inside, "snippetText").area.text = "Sum it up";
            mouseClick(findChild(inside, "saveSnippet"));
            compare(app.lastCall(), ["saveSnippet", 0, "Sum", "Sum it up"]);
            verify(!dialog.editing);
            tryVerify(() => findChild(inside, "deleteSnippet") !== null);
            waitForRendering(inside);
            mouseClick(findChild(inside, "editSnippet"));
            compare(name.text, "Mail");
            mouseClick(findChild(inside, "saveSnippet"));
            compare(app.lastCall()[1], 1);
            waitForRendering(inside);
            mouseClick(findChild(inside, "deleteSnippet"));
            compare(app.lastCall()[0], "removeSnippet");
            dialog.close();
            tryVerify(() => input.activeFocus);
        }
    }
}
