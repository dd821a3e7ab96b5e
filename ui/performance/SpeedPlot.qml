import QtQuick
import Hearth.Ui

// Tokens a second over the time of an answer: an area under a line, from zero up, with the highest value in it.
Item {
    id: plot

    required property list<var> speeds
    // Seconds that one value stands for.
    required property real span
    readonly property real highest: Math.max(1, ...speeds)

    implicitHeight: Theme.control * 2
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Speed over time: up to %1 tokens/s in %2 s").arg(highest.toFixed(1)).arg((speeds.length * span).toFixed(1))
    onSpeedsChanged: canvas.requestPaint()

    Rectangle {
        anchors.fill: parent
        radius: Theme.radiusSmall
        color: Theme.sunken
    }
    Canvas {
        id: canvas
        anchors.fill: parent
        anchors.margins: Theme.space1
        onPaint: {
            const ctx = getContext("2d");
            ctx.reset();
            const n = plot.speeds.length;
            if (n === 0)
                return;
            const x = i => n === 1 ? width : i * width / (n - 1);
            const y = i => height - plot.speeds[i] / plot.highest * height;
            ctx.beginPath();
            ctx.moveTo(n === 1 ? 0 : x(0), y(0));
            for (let i = 0; i < n; ++i)
                ctx.lineTo(x(i), y(i));
            ctx.strokeStyle = Theme.accent;
            ctx.lineWidth = Theme.focusWidth;
            ctx.stroke();
            ctx.lineTo(x(n - 1), height);
            ctx.lineTo(0, height);
            ctx.closePath();
            ctx.globalAlpha = 0.15;
            ctx.fillStyle = Theme.accent;
            ctx.fill();
        }
        Connections {
            target: Theme
            function onAccentChanged() {
                canvas.requestPaint();
            }
        }
    }
    Text {
        anchors.left: parent.left
        anchors.bottom: parent.bottom
        anchors.margins: Theme.space2
        text: qsTr("Up to %1 tokens/s").arg(plot.highest.toFixed(1))
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
}
