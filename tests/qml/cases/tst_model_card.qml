import QtQuick
import QtTest
import Hearth.Ui

// The card of a model: what was measured of it.
ModelsCase {
    name: "ModelCard"

    function test_the_work_of_the_experts_is_drawn_where_the_file_knows_it() {
        models.fill();
        models.card.expertShares = [[1, 0.5, 1.5, 1], [0.75, 1.25, 2.5, 0.25]];
        show("installed");
        choose(rowOf(1), "cardAction");
        opened("modelCardDialog");
        const chart = find("expertShares");
        verify(chart.visible);
        verify(chart.summary.includes("0.25") && chart.summary.includes("2.50"), chart.summary);
        const bars = all(chart, "expertBar");
        compare(bars.length, 8);
        verify(bars[6].height > bars[4].height && bars[4].height > bars[7].height);
        for (const bar of bars)
            verify(bar.height >= 1 && bar.height <= chart.barHeight && bar.width >= 1);
        models.card.expertShares = [];
        verify(!chart.visible);
    }
}
