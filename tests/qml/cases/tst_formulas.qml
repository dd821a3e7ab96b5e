import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// Displayed formulas: what is drawn, wide ones, what a screen reader hears, and their source.
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
        name: "Formulas"
        when: windowShown

        function init() {
            app.conversation.clear();
            app.calls = [];
        }
        function shown(name: string) {
            tryVerify(() => findChild(page, name) !== null);
            waitForRendering(page);
            return findChild(page, name);
        }
        function words(html: string): var {
            return {kind: "text", html: html, above: "", below: "", rows: [], aligned: false};
        }
        function fraction(above: string, below: string): var {
            return {kind: "fraction", html: "", above: above, below: below, rows: [], aligned: false};
        }
        function show(lines: var, more: var) {
            app.addAnswer([Object.assign({kind: "math", code: "$$x$$", html: "<i>x</i>", formula: lines}, more)]);
        }

        function test_a_formula_is_centred_and_named_by_its_source() {
            show([[[words("<i>x</i> ="), fraction("<i>a</i>", "<i>b</i>")]]], {code: "$$x = \\frac{a}{b}$$"});
            const grid = shown("mathGridLayout");
            const scroll = findChild(page, "mathScroll");
            fuzzyCompare(grid.x + grid.width / 2, scroll.width / 2, 1);
            compare(scroll.parent.Accessible.name, "Formula: $$x = \\frac{a}{b}$$");
            verify(findChild(page, "mathText").font.pixelSize > Theme.fontBody);
            verify(findChild(page, "mathFraction").height > findChild(page, "mathText").height * 1.5, "stacked");
            verify(!findChild(page, "mathFrame").visible);
            verify(!scroll.interactive);
        }
        function test_pieces_have_their_middle_at_one_height() {
            show([[[words("<i>x</i> ="), fraction("<i>a</i><sup>2</sup>", "<i>b</i>"), {kind: "stack", html: "∑", above: "", below: "i=1", rows: [], aligned: false},
                        {kind: "delimiter", html: "(", above: "", below: "", rows: [], aligned: false},
                        {kind: "grid", html: "", above: "", below: "", rows: [["a", "b"], ["c"]], aligned: false}]]]);
            shown("mathGrid");
            const middle = name => {
                const item = findChild(page, name);
                return item.mapToItem(page, 0, item.height / 2).y;
            };
            for (const name of ["mathFraction", "mathStack", "mathDelimiter", "mathGrid"])
                fuzzyCompare(middle(name), middle("mathText"), 1.5);
        }
        function test_lines_are_aligned() {
            show([[[words("a")], [words("= b")]], [[words("a long left side")], [words("= c")]]]);
            const grid = shown("mathGridLayout");
            compare(grid.columns, 2);
            const cells = Array.from(grid.children).filter(c => c.pieces !== undefined);
            compare(cells.length, 4);
            fuzzyCompare(cells[0].x + cells[0].width, cells[2].x + cells[2].width, 1);
            fuzzyCompare(cells[1].x, cells[3].x, 1);
            verify(cells[2].y > cells[0].y);
        }
        function test_wide_formulas_scroll() {
            show([[[words("x + ".repeat(200))]]]);
            const scroll = shown("mathScroll");
            verify(scroll.contentWidth > scroll.width);
            verify(scroll.interactive && scroll.width <= Theme.readingWidth);
        }
        function test_numbered_lists_begin_where_they_say() {
            app.addAnswer([{kind: "list", html: "<ol><li>one</li></ol>"}, {kind: "list", html: "<ol start=\"4\"><li>four</li></ol>"}]);
            waitForRendering(page);
            const lists = [];
            const collect = item => {
                if (item.markup !== undefined && item.markup.startsWith("<ol"))
                    lists.push(item);
                Array.from(item.children).forEach(collect);
            };
            collect(findChild(page, "conversationList"));
            compare(lists.length, 2);
            compare(lists[1].getText(0, lists[1].length).split(/[\n\u2029]/).length, 4);
            fuzzyCompare(lists[1].height, lists[0].height, 4);
        }
        function test_a_box() {
            show([[[words("42")]]], {boxed: true});
            verify(shown("mathFrame").visible);
            verify(findChild(page, "mathFrame").width > findChild(page, "mathText").width);
        }
        function test_what_was_not_understood_is_source() {
            show([], {html: "<code>$$\\bad$$</code>", code: "$$\\bad$$"});
            const source = shown("mathSource");
            verify(source.visible && !findChild(page, "mathScroll").visible);
            compare(source.getText(0, source.length), "$$\\bad$$");
            verify(source.parent.height > 0);
        }
        function test_the_source_is_copied_from_the_menu() {
            show([[[words("<i>x</i>")]]], {code: "\\[x\\]"});
            const scroll = shown("mathScroll");
            mouseClick(scroll.parent, 4, 4, Qt.RightButton);
            const menu = findChild(page, "formulaMenu");
            tryVerify(() => menu.item !== null && menu.item.opened);
            const action = menu.item.itemAt(0);
            compare(action.text, "Copy formula source");
            action.triggered();
            menu.item.close();
            compare(app.lastCall(), ["copyText", "\\[x\\]"]);
        }
    }
}
