import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.Ui

// A formula in lines of its own, centred; wide ones scroll sideways. What could not be read is shown as its source.
Item {
    id: block

    required property string html
    required property string code
    required property var formula
    required property bool boxed
    // A formula is selected as one thing.
    property bool selected: false
    readonly property bool readable: formula.length > 0
    readonly property int columns: formula.reduce((most, line) => Math.max(most, line.length), 1)

    signal copyRequested(string text)
    signal linkRequested(string link)

    // Cells line by line: of each pair of columns the first goes to the right, so that signs of equality stand below each other.
    function cells(): var {
        const out = [];
        for (const line of formula) {
            for (let c = 0; c < columns; ++c)
                out.push({pieces: line[c] ?? [], column: c});
        }
        return out;
    }

    function showRange(from: int, to: int) {
        selected = from === 0 && to > 0;
    }
    function placeAt(x: real, y: real): int {
        return x < width / 2 ? 0 : 1;
    }
    function showMenu(x: real, y: real) {
        menu.active = true;
        menu.item.popup(block, x, y);
    }

    function isRightSide(column: int): bool {
        return column % 2 === 1;
    }
    // Between pairs of columns.
    function gapBefore(column: int): int {
        return column > 0 && !isRightSide(column) ? Theme.space6 : 0;
    }

    implicitHeight: readable ? scroll.height : source.height
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Formula: %1").arg(code)
    Accessible.focusable: true
    activeFocusOnTab: true
    Keys.onPressed: event => {
        event.accepted = Shortcuts.matches("listedMenu", event);
        if (event.accepted)
            block.showMenu(block.width / 2, block.height);
    }

    Rectangle {
        objectName: "mathSelection"
        anchors.fill: parent
        visible: block.selected
        color: Theme.selection
        radius: Theme.radiusSmall
    }

    RichBlock {
        id: source
        objectName: "mathSource"
        width: parent.width
        visible: !block.readable
        markup: visible ? block.html : ""
        onLinkRequested: link => block.linkRequested(link)
    }
    Flickable {
        id: scroll
        objectName: "mathScroll"
        readonly property real margin: block.boxed ? Theme.space3 : 0
        width: parent.width
        height: grid.height + margin * 2
        visible: block.readable
        contentWidth: Math.max(width, grid.width + margin * 2)
        contentHeight: height
        flickableDirection: Flickable.HorizontalFlick
        boundsBehavior: Flickable.StopAtBounds
        interactive: contentWidth > width
        clip: interactive
        ScrollBar.horizontal: AppScrollBar {}
        Rectangle {
            objectName: "mathFrame"
            anchors.fill: grid
            anchors.margins: -scroll.margin
            visible: block.boxed
            color: "transparent"
            radius: Theme.radiusSmall
            border.width: 1
            border.color: Theme.borderStrong
        }
        GridLayout {
            id: grid
            objectName: "mathGridLayout"
            x: Math.max(scroll.margin, (scroll.contentWidth - width) / 2)
            y: scroll.margin
            columns: block.columns
            columnSpacing: Theme.space1
            rowSpacing: Theme.space2
            Repeater {
                model: block.cells()
                MathCell {
                    id: cell
                    required property var modelData
                    pieces: modelData.pieces
                    Layout.alignment: Qt.AlignVCenter | (block.columns === 1 ? Qt.AlignHCenter : block.isRightSide(modelData.column) ? Qt.AlignLeft : Qt.AlignRight)
                    Layout.leftMargin: block.gapBefore(modelData.column)
                }
            }
        }
        WheelScroller {
            view: scroll
            horizontal: true
        }
    }
    FocusRing {
        shown: block.activeFocus
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: point => block.showMenu(point.position.x, point.position.y)
    }
    Loader {
        id: menu
        objectName: "formulaMenu"
        active: false
        sourceComponent: AppMenu {
            AppMenuItem {
                objectName: "copyFormulaAction"
                text: qsTr("Copy formula source")
                symbol: "copy"
                onTriggered: block.copyRequested(block.code)
            }
        }
    }
}
