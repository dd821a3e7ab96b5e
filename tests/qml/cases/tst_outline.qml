import QtQuick
import QtTest
import Hearth.App
import Hearth.Ui

// The outline of a chat: all branches, by keys and by click.
TreeCase {
    name: "Outline"

    function fillOutline() {
        const rows = [["user", "What is fire?", 0, true, 1, 1], ["assistant", "<b>Hot</b>", 1, false, 1, 2], ["assistant", "Warm", 1, true, 2, 2], ["user", "", 1, true, 1, 1]];
        rows.forEach((row, i) => app.outline.append({
                messageId: i + 1,
                role: row[0],
                line: row[1],
                depth: row[2],
                shown: row[3],
                versionIndex: row[4],
                versionCount: row[5]
            }));
        app.outline.shownRow = 3;
        app.outline.changed();
    }
    function test_the_outline_is_used_by_keys() {
        talkOnce();
        keyClick(Qt.Key_O, Qt.ControlModifier | Qt.ShiftModifier);
        opened("outlinePanel");
        verify(app.outline.active);
        fillOutline();
        const rows = find("outlineList");
        tryCompare(rows, "currentIndex", 3);
        verify(find("outlineFilter").activeFocus);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Up);
        compare(rows.currentIndex, 0);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["openOutline", 2]);
        tryVerify(() => !find("outlinePanel").visible);
        verify(!app.outline.active);
    }
    function test_the_outline_narrows_down_and_opens_by_click() {
        talkOnce();
        mouseClick(find("outlineButton"));
        opened("outlinePanel");
        fillOutline();
        type("wa");
        compare(app.outline.filter, "wa");
        const rows = find("outlineList");
        tryVerify(() => rows.itemAtIndex(2) !== null);
        const row = rows.itemAtIndex(2);
        compare(row.Accessible.name, "Answer: Warm, version 2 of 2");
        compare(rows.itemAtIndex(3).Accessible.name, "Question: (no text)");
        verify(row.leftPadding > rows.itemAtIndex(0).leftPadding);
        mouseClick(row);
        compare(app.lastCall(), ["openOutline", 3]);
    }
}
