import QtQuick
import QtTest
import Hearth.Ui

// The performance panel: opened and closed by key and button, and what it shows of an answer.
WindowCase {
    name: "Performance"

    function panel() {
        return find("performancePanel");
    }
    function part(name: string) {
        return findChild(panel().contentItem, name);
    }
    function open() {
        keyClick(Qt.Key_P, Qt.ControlModifier | Qt.ShiftModifier);
        tryVerify(() => panel() !== null && panel().opened);
    }

    function test_opens_by_key_and_button_and_closes() {
        open();
        verify(part("closePerformance").activeFocus);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !panel().visible);
        mouseClick(find("performanceButton"));
        tryVerify(() => panel().opened);
        mouseClick(find("performanceButton"));
        tryVerify(() => !panel().visible);
        open();
        mouseClick(part("closePerformance"));
        tryVerify(() => !panel().visible);
    }
    function test_before_the_first_answer() {
        open();
        verify(part("performanceModel").text.startsWith("Ask something"));
        verify(!part("speedPlot").visible);
        verify(!part("expertMap").visible);
        verify(!part("speedText").visible);
    }
    function test_an_answer() {
        app.performance.setAnswer(26, 64);
        open();
        compare(part("performanceModel").text, "Ember");
        compare(part("speedText").text, "412 tokens at 18.2 tokens/s");
        verify(part("speedPlot").visible);
        verify(part("speedPlot").Accessible.name.includes("20.0 tokens/s"));
        verify(part("expertMap").visible);
        verify(part("expertMap").Accessible.name.includes("26 layers with 64 experts"));
        compare(part("expertMap").Accessible.description, app.performance.balanceText);
    }
    function test_a_cell_says_its_numbers() {
        app.performance.setAnswer(4, 8);
        open();
        const map = part("expertMap");
        verify(map.height > 0);
        // The panel takes its place only when it has been drawn.
        tryVerify(() => {
            mouseMove(map, 1, 1);
            mouseMove(map, map.cellWidth * 2.5, map.cellHeight * 1.5);
            return findChild(map, "cellTip").text === "Layer 1, expert 2: chosen 30 times, 3.0 times its fair share";
        });
    }
    function test_without_experts() {
        app.performance.setAnswer(0, 0);
        open();
        verify(!part("expertMap").visible);
        verify(part("speedPlot").visible);
    }
    function test_the_conversation_can_be_used_beside_it() {
        app.performance.setAnswer(26, 64);
        talk(2);
        open();
        mouseClick(find("composer"));
        verify(panel().visible);
        panel().close();
    }
}
