import QtQuick
import Hearth.App
import Hearth.Ui

// How much each expert worked: a row for every layer that has experts, a column for every expert. The deeper the colour, the more;
// experts that did not work at all are left open. Under the pointer a cell says its numbers.
Item {
    id: map

    required property PerformanceModel performance
    // Work at which the colour is full, in fair shares.
    readonly property real full: 3
    readonly property int rows: performance.expertLayers
    readonly property int columns: performance.experts
    readonly property real cellWidth: columns > 0 ? width / columns : 0
    readonly property real cellHeight: Math.max(Theme.barThin, Math.min(Theme.space3, Math.round(Theme.panelWidth / Math.max(1, rows))))

    implicitHeight: rows * cellHeight
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Map of the experts, %1 layers with %2 experts each").arg(rows).arg(columns)
    Accessible.description: performance.balanceText

    Rectangle {
        anchors.fill: parent
        color: Theme.sunken
    }
    Canvas {
        id: canvas
        anchors.fill: parent
        onPaint: {
            const ctx = getContext("2d");
            ctx.reset();
            const work = map.performance.work;
            ctx.fillStyle = Theme.accent;
            for (let i = 0; i < work.length; ++i) {
                if (work[i] === 0)
                    continue;
                ctx.globalAlpha = 0.12 + 0.88 * Math.min(1, work[i] / map.full);
                ctx.fillRect(i % map.columns * map.cellWidth, Math.floor(i / map.columns) * map.cellHeight, map.cellWidth, map.cellHeight);
            }
        }
        Connections {
            target: map.performance
            function onChanged() {
                canvas.requestPaint();
            }
        }
        Connections {
            target: Theme
            function onAccentChanged() {
                canvas.requestPaint();
            }
        }
    }
    HoverHandler {
        id: pointer
        readonly property real mouseX: point.position.x
        readonly property real mouseY: point.position.y
    }
    AppToolTip {
        objectName: "cellTip"
        x: Math.min(pointer.mouseX, map.width - width)
        y: pointer.mouseY + Theme.space4
        delay: 0
        text: pointer.hovered && map.cellWidth > 0 ? map.performance.cellText(Math.floor(pointer.mouseY / map.cellHeight), Math.floor(pointer.mouseX / map.cellWidth)) : ""
        visible: text !== ""
    }
}
