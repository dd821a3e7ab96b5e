import QtQuick
import Hearth.Ui

// Pieces of a displayed formula side by side.
Row {
    id: cell

    required property var pieces
    readonly property real lines: pieces.reduce((most, piece) => Math.max(most, linesOf(piece)), 1)

    // In lines of text, for the brackets around it.
    function linesOf(piece: var): real {
        if (piece.kind === "grid")
            return piece.rows.length * 1.05;
        return piece.kind === "fraction" ? 2.2 : piece.kind === "stack" && piece.html !== "" ? 1.8 : 1;
    }

    spacing: Theme.space1
    Repeater {
        model: cell.pieces
        MathPiece {
            anchors.verticalCenter: parent.verticalCenter
            lines: cell.lines
        }
    }
}
