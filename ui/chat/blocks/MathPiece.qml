import QtQuick
import Hearth.Ui

// A piece of a displayed formula; its middle is the height of the fraction lines.
Item {
    id: piece

    required property var modelData
    // The tallest piece beside it, in lines of text.
    property real lines: 1

    component Formula: RichBlock {
        wrapMode: TextEdit.NoWrap
        font.pixelSize: Theme.fontFormula
        Accessible.ignored: true
    }
    component Small: Formula {
        font.pixelSize: Theme.fontFormulaSmall
    }

    function shape(): Component {
        switch (modelData.kind) {
        case "fraction":
            return fraction;
        case "stack":
            return stack;
        case "delimiter":
            return delimiter;
        case "grid":
            return grid;
        default:
            return words;
        }
    }

    // Cells line by line, short lines filled up.
    function filled(rows: var, columns: int): var {
        const out = [];
        for (const row of rows) {
            for (let c = 0; c < columns; ++c)
                out.push(row[c] ?? "");
        }
        return out;
    }

    implicitWidth: loader.implicitWidth
    implicitHeight: loader.implicitHeight

    Loader {
        id: loader
        sourceComponent: piece.shape()
    }
    Component {
        id: words
        Formula {
            objectName: "mathText"
            markup: piece.modelData.html
        }
    }
    Component {
        id: fraction
        Item {
            objectName: "mathFraction"
            readonly property real half: Math.max(above.height, below.height) + Theme.space1 / 2
            implicitWidth: Math.max(above.width, below.width) + Theme.space1 * 2
            implicitHeight: half * 2 + bar.height
            Formula {
                id: above
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.half - height - Theme.space1 / 2
                markup: piece.modelData.above
            }
            Rectangle {
                id: bar
                y: parent.half
                width: parent.width
                height: 1
                color: Theme.text
            }
            Formula {
                id: below
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.half + bar.height + Theme.space1 / 2
                markup: piece.modelData.below
            }
        }
    }
    Component {
        id: stack
        Item {
            objectName: "mathStack"
            readonly property bool big: piece.modelData.html.length === 1
            readonly property real middle: piece.modelData.html === "" ? Theme.fontFormula * (piece.lines - 0.5) : base.height * (big ? 0.7 : 0.9)
            readonly property real edge: Math.max(above.visible ? above.height : 0, below.visible ? below.height : 0)
            implicitWidth: Math.max(above.width, below.width, base.width)
            implicitHeight: middle + edge * 2
            Formula {
                id: base
                anchors.centerIn: parent
                font.pixelSize: parent.big ? Theme.fontFormulaBig : Theme.fontFormula
                markup: piece.modelData.html
            }
            Small {
                id: above
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.edge - height
                visible: markup !== ""
                markup: piece.modelData.above
            }
            Small {
                id: below
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.edge + parent.middle
                visible: markup !== ""
                markup: piece.modelData.below
            }
        }
    }
    Component {
        id: delimiter
        Item {
            objectName: "mathDelimiter"
            implicitWidth: sign.implicitWidth
            implicitHeight: sign.implicitHeight * Math.max(1, piece.lines)
            Text {
                id: sign
                anchors.centerIn: parent
                text: piece.modelData.html
                textFormat: Text.PlainText
                color: Theme.text
                font.pixelSize: Theme.fontFormula
                Accessible.ignored: true
                transform: Scale {
                    origin.y: sign.height / 2
                    yScale: Math.max(1, piece.lines)
                }
            }
        }
    }
    Component {
        id: grid
        Grid {
            objectName: "mathGrid"
            readonly property var cells: piece.modelData.rows
            columns: cells.reduce((most, row) => Math.max(most, row.length), 1)
            columnSpacing: Theme.space4
            rowSpacing: Theme.space1 / 2
            leftPadding: Theme.space1
            rightPadding: Theme.space1
            horizontalItemAlignment: columns > 1 && piece.modelData.aligned ? Grid.AlignLeft : Grid.AlignHCenter
            Repeater {
                model: piece.filled(parent.cells, parent.columns)
                Formula {
                    required property string modelData
                    markup: modelData
                }
            }
        }
    }
}
