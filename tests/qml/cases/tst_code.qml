import QtQuick
import QtTest
import Hearth.App
import Hearth.Test
import Hearth.Ui

// Listings: colours that change nothing else, over the borders of chunks too; the bar above them.
Item {
    id: root

    width: 800
    height: 600

    AppViewModel {
        id: app
    }
    ChatPage {
        id: page
        anchors.fill: parent
        app: app
    }

    TestCase {
        name: "Code"
        when: windowShown

        function init() {
            app.conversation.clear();
            app.calls = [];
        }
        function cleanup() {
            Theme.dark = false;
            Theme.wrapCode = false;
        }
        function shown(name: string) {
            tryVerify(() => findChild(page, name) !== null);
            waitForRendering(page);
            return findChild(page, name);
        }
        function listing(language: string, code: string) {
            const blocks = app.addAnswer([{kind: "code", language: language, code: code, open: true}]);
            return [blocks, shown("codeText")];
        }
        // "text kind" for each coloured part of a TextEdit.
        function parts(edit: var): var {
            const kinds = {};
            for (const kind in Theme.codeTones)
                kinds[Theme.codeTones[kind]] = kind;
            return Probe.colouredParts(edit).map(part => part[0] + " " + kinds[part[1]]);
        }
        function luminance(colour: color): real {
            const part = v => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
            return 0.2126 * part(colour.r) + 0.7152 * part(colour.g) + 0.0722 * part(colour.b);
        }

        function test_code_has_the_colours_of_its_language() {
            const text = listing("c++", "int x = 1; // done")[1];
            compare(parts(text), ["int type", "1 number", "// done comment"]);
        }
        function test_unknown_languages_stay_plain() {
            const text = listing("klingon", "int x = 1; // done")[1];
            compare(parts(text), []);
            compare(findChild(page, "codeLanguage").text, "klingon");
        }
        function test_colours_change_neither_text_nor_selection() {
            const code = "def f():\n    return \"<b>\"";
            const text = listing("python", code)[1];
            text.select(4, 12);
            const before = parts(text);
            Theme.dark = true;
            compare(parts(text), before);
            verify(before.length >= 3);
            compare(text.getText(0, text.length), code);
            compare(text.selectedText, "f():\n   ");
        }
        function test_streamed_code_is_coloured_as_it_comes() {
            const [blocks, text] = listing("python", "x = ");
            for (const more of ["\"\"\"a", "\nb", "\nreturn\"", "\"\"\nre", "turn"])
                blocks.appendCode(0, more);
            compare(parts(text), ["\"\"\"a string", "b string", "return\"\"\" string", "return keyword"]);
        }
        function test_what_is_open_goes_on_in_the_next_chunk() {
            const [blocks, text] = listing("cpp", "/* begin");
            for (let i = 0; i < Theme.codeChunkLines * 2; ++i)
                blocks.appendCode(0, "\nline");
            compare(parts(text)[0], "line comment");
            blocks.appendCode(0, "\n*/ return");
            compare(parts(text).slice(-2), ["*/ comment", "return keyword"]);
            const chunks = Array.from(text.parent.children).filter(c => c.part !== undefined);
            verify(chunks.length >= 2);
            for (const chunk of chunks) {
                const lines = chunk.children[0];
                if (lines.visible)
                    compare(parts(lines).filter(part => !part.endsWith("comment")), []);
            }
            // Replaced by something else: nothing is open any more.
            blocks.change(0, {code: "return"});
            compare(parts(text), ["return keyword"]);
        }
        function test_the_language_has_its_name() {
            listing("cpp", "int x;");
            compare(findChild(page, "codeLanguage").text, "C++");
        }
        function test_lines_wrap_in_all_listings() {
            const code = "word ".repeat(400) + "\n" + "x\n".repeat(Theme.codeChunkLines) + "end";
            const text = listing("", code)[1];
            const flick = text.parent.parent.parent;
            const button = findChild(page, "wrapCodeButton");
            verify(flick.contentWidth > flick.width);
            const height = flick.height;
            button.clicked();
            verify(Theme.wrapCode);
            waitForRendering(page);
            compare(flick.contentWidth, flick.width);
            verify(!flick.interactive);
            verify(flick.height > height);
            const first = Array.from(text.parent.children).filter(c => c.part !== undefined)[0].children[0];
            verify(first.lineCount > Theme.codeChunkLines);
            verify(first.contentWidth <= flick.width);
            findChild(page, "copyCodeButton").clicked();
            compare(app.lastCall(), ["copyText", code]);
            button.clicked();
            verify(!Theme.wrapCode);
            waitForRendering(page);
            compare(flick.height, height);
        }
        function test_save_asks_where_and_saves_the_plain_code() {
            const code = "print(\"<b>\")\n".repeat(Theme.codeChunkLines + 5) + "end";
            listing("py", code);
            const dialog = findChild(page, "saveTextDialog");
            findChild(page, "saveCodeButton").clicked();
            compare(String(dialog.selectedFile), "file:///home/anna/Documents/code.py");
            dialog.selectedFile = "file:///tmp/mine.py";
            dialog.accepted();
            dialog.close();
            compare(app.lastCall(), ["saveText", "file:///tmp/mine.py", code]);
        }
        function test_colours_can_be_read_on_the_block() {
            for (const dark of [false, true]) {
                Theme.dark = dark;
                const ground = luminance(Theme.sunken);
                compare(Object.keys(Theme.codeTones).length, 11);
                for (const kind in Theme.codeTones) {
                    const tone = luminance(Qt.darker(Theme.codeTones[kind], 1.0));
                    const ratio = (Math.max(tone, ground) + 0.05) / (Math.min(tone, ground) + 0.05);
                    verify(ratio >= 4.5, kind + (dark ? ", dark: " : ", light: ") + ratio);
                }
            }
        }
    }
}
