import QtQuick
import QtTest
import Hearth.Test
import Hearth.Ui

// One message answered side by side.
WindowCase {
    name: "Compare"

    function fill() {
        app.comparison.possible = true;
        app.chatAdapters.add({adapterId: 1, name: "Fables", domain: "style", domainText: "Style"});
    }
    function start() {
        fill();
        keyClick(Qt.Key_D, Qt.ControlModifier | Qt.ShiftModifier);
        compare(find("pages").current, "compare");
        waitForRendering(window.contentItem);
        return find("comparePage");
    }
    function choice(index: int) {
        return findChild(find("comparePage"), "compareChoice" + index);
    }
    function answers() {
        app.comparison.question = "Which?";
        app.comparison.addAnswer("Ember", [{html: "One."}], {stats: "1 token"});
        app.comparison.addAnswer("Fables 1.0", [{html: "Two."}], {status: "streaming"});
        waitForRendering(window.contentItem);
        return find("comparedAnswers");
    }

    function test_only_where_there_is_something_to_compare() {
        keyClick(Qt.Key_D, Qt.ControlModifier | Qt.ShiftModifier);
        compare(find("pages").current, "chat");
    }
    function test_from_the_panel() {
        fill();
        keyClick(Qt.Key_J, Qt.ControlModifier);
        opened("adapterPanel");
        mouseClick(find("compareAction"));
        compare(find("pages").current, "compare");
        compare(app.calls.filter(call => call[0] === "beginComparison").length, 1);
        compare(where(), "compareInput");
    }
    function test_versions_of_an_answer_side_by_side() {
        app.addQuestion("q");
        app.addAnswer([{html: "a"}], {versionIndex: 1, versionCount: 2});
        waitForRendering(window.contentItem);
        mouseClick(findChild(list().itemAtIndex(1), "compareVersions"));
        compare(app.lastCall(), ["showVersions", 2]);
        compare(find("pages").current, "compare");
    }
    function test_columns() {
        start();
        verify(choice(0).visible && choice(1).visible);
        verify(!findChild(choice(0), "removeColumn").visible, "two stay");
        mouseClick(find("addColumn"));
        compare(app.lastCall(), ["addColumn"]);
        tryVerify(() => choice(2) !== null && choice(2).visible);
        verify(!find("addColumn").visible);
        waitForRendering(window.contentItem);
        mouseClick(findChild(choice(1), "removeColumn"));
        compare(app.lastCall(), ["removeColumn", 1]);
    }
    function test_choosing_by_keyboard() {
        start();
        const option = findChild(choice(0), "compareOption");
        option.forceActiveFocus(Qt.TabFocusReason);
        compare(option.Accessible.name, "Column 1: Ember alone");
        keyClick(Qt.Key_Down);
        compare(app.lastCall(), ["setColumn", 0, 1]);
        compare(option.displayText, "Fables");
        keyClick(Qt.Key_Return);
        tryVerify(() => option.popup.opened);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        tryVerify(() => !option.popup.visible);
        compare(app.lastCall(), ["setColumn", 0, 2]);
        const slider = findChild(choice(0), "strengthSlider");
        verify(slider.visible);
        slider.forceActiveFocus();
        keyClick(Qt.Key_Left);
        compare(app.lastCall()[0], "setColumnScale");
    }
    function test_sending() {
        start();
        keyClick(Qt.Key_Return);
        verify(app.lastCall()[0] !== "compare", "nothing to send");
        type("hello");
        Ime.compose(find("compareInput"), "ni");
        keyClick(Qt.Key_Return);
        verify(app.lastCall()[0] !== "compare", "an input method composes");
        Ime.commit(find("compareInput"), "");
        keyClick(Qt.Key_Return, Qt.ShiftModifier);
        type("x");
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["compare", "hello\nx"]);
        compare(find("compareInput").text, "");
        app.comparison.busy = true;
        type("again");
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["compare", "hello\nx"], "one comparison at a time");
        compare(find("compareInput").text, "again");
    }
    function test_answers_and_keeping_one() {
        start();
        const list = answers();
        compare(list.count, 2);
        compare(findChild(list.itemAtIndex(0), "answerTitle").text, "Ember");
        compare(findChild(list.itemAtIndex(1), "answerTitle").text, "Fables 1.0");
        compare(find("comparedQuestion").text, "Which?");
        const keep = findChild(list.itemAtIndex(1), "keepAnswer");
        compare(keep.text, "Keep this answer");
        mouseClick(keep);
        compare(app.lastCall(), ["keep", 101]);
        compare(find("pages").current, "chat");
        verify(find("composer").activeFocus);
    }
    function test_escape_stops_first() {
        start();
        answers();
        app.comparison.busy = true;
        keyClick(Qt.Key_Escape);
        compare(app.lastCall(), ["stopComparison"]);
        compare(find("pages").current, "compare");
        app.comparison.busy = false;
        keyClick(Qt.Key_Escape);
        compare(find("pages").current, "chat");
    }
    function test_columns_scroll_where_there_is_no_room() {
        start();
        const list = answers();
        window.width = 480;
        waitForRendering(window.contentItem);
        verify(list.contentWidth > list.width);
        verify(list.itemAtIndex(0).width >= Theme.compareColumn);
        window.width = 1400;
        waitForRendering(window.contentItem);
        verify(list.contentWidth <= list.width);
    }
    function test_screen_readers_and_clipping_data() {
        return [{tag: "1000x700", width: 1000, height: 700, percent: 100}, {tag: "large text", width: 900, height: 600, percent: 160}, {tag: "small", width: 420, height: 360, percent: 100}];
    }
    function test_screen_readers_and_clipping(data: var) {
        window.width = data.width;
        window.height = data.height;
        app.settings.fontPercent = data.percent;
        start();
        app.comparison.addColumn();
        waitForRendering(window.contentItem);
        compare(Probe.accessibilityProblems(window).join("\n"), "", "start");
        compare(Probe.clippedTexts(window).join("\n"), "", "start");
        answers();
        compare(Probe.accessibilityProblems(window).join("\n"), "", "answers");
        compare(Probe.clippedTexts(window).join("\n"), "", "answers");
        const objects = Probe.accessibleObjects(window).join("\n");
        for (const part of ["ListItem 'Answer of Ember'", "Button 'Keep this answer'", "ComboBox 'Column 1: Ember alone'", "EditableText 'A message for all of them'"])
            verify(objects.includes(part), part + " is missing in\n" + objects);
    }
}
