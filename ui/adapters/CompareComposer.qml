pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// What answers, and the message that all of them get.
FocusScope {
    id: composer

    required property ComparisonModel comparison
    property real largestHeight: Infinity
    readonly property bool composing: input.inputMethodComposing || input.preeditText !== ""
    readonly property bool blank: input.text.trim() === ""

    Connections {
        target: composer.comparison
        function onRefused(text) {
            input.text = text;
        }
    }
    function focusInput() {
        input.forceActiveFocus();
    }
    function send() {
        if (blank || comparison.busy)
            return;
        const text = input.text;
        input.text = "";
        comparison.send(text);
    }
    // Enter sends; with Shift or Alt it breaks the line; while an input method composes it does neither.
    function handleEnter(event) {
        event.accepted = true;
        if (composing)
            return;
        if (event.modifiers & (Qt.ShiftModifier | Qt.AltModifier)) {
            input.remove(input.selectionStart, input.selectionEnd);
            input.insert(input.cursorPosition, "\n");
        } else {
            send();
        }
    }

    implicitHeight: Math.min(choices.height, Math.max(Theme.control, largestHeight - frame.height)) + Theme.space2 + frame.height

    Flickable {
        id: choiceFlick
        width: parent.width
        anchors.top: parent.top
        anchors.bottom: frame.top
        anchors.bottomMargin: Theme.space2
        contentHeight: choices.height
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: AppScrollBar {}
        FocusKeeper {
            view: choiceFlick
        }
        Flow {
            id: choices
            width: parent.width
            spacing: Theme.space3
            readonly property int count: composer.comparison.columns.length
            readonly property real share: (width - (add.visible ? add.width + spacing : 0) - spacing * (count - 1)) / count
            // Beside each other where there is room, else one below the other.
            readonly property real columnWidth: share >= Theme.fieldWidth * 0.75 ? Math.min(Theme.panelWidth, share) : width
            Repeater {
                model: choices.count
                CompareChoice {
                    required property int index
                    width: choices.columnWidth
                    number: index + 1
                    column: composer.comparison.columns[index] ?? ({})
                    options: composer.comparison.options
                    removable: composer.comparison.columns.length > 2
                    onChosen: key => composer.comparison.setColumn(index, key)
                    onStrengthened: strength => composer.comparison.setScale(index, strength)
                    onRemoved: composer.comparison.removeColumn(index)
                }
            }
            IconButton {
                id: add
                objectName: "addColumn"
                visible: composer.comparison.canAdd
                symbol: "plus"
                label: qsTr("Add a column")
                onClicked: composer.comparison.addColumn()
            }
        }
    }
    Rectangle {
        id: frame
        anchors.bottom: parent.bottom
        width: parent.width
        height: Math.max(Theme.controlLarge + Theme.space3, flick.height + Theme.space2)
        radius: Theme.radiusCard
        color: Theme.surface
        border.width: 1
        border.color: input.activeFocus ? Theme.accent : Theme.borderStrong
        FontMetrics {
            id: metrics
            font: input.font
        }
        Flickable {
            id: flick
            anchors.left: parent.left
            anchors.right: action.left
            anchors.rightMargin: Theme.space1
            anchors.verticalCenter: parent.verticalCenter
            height: Math.min(input.implicitHeight, Math.ceil(metrics.lineSpacing) * Theme.detailLines + input.topPadding + input.bottomPadding)
            contentHeight: input.implicitHeight
            flickableDirection: Flickable.VerticalFlick
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            ScrollBar.vertical: AppScrollBar {}
            TextArea.flickable: TextArea {
                id: input
                objectName: "compareInput"
                focus: true
                leftPadding: Theme.space4
                rightPadding: Theme.space2
                topPadding: Theme.space2
                bottomPadding: Theme.space2
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.Wrap
                selectByMouse: true
                persistentSelection: true
                color: Theme.text
                selectionColor: Theme.selection
                selectedTextColor: Theme.selectionText
                font.pixelSize: Theme.fontBody
                background: null
                Accessible.role: Accessible.EditableText
                Accessible.name: qsTr("A message for all of them")
                Keys.onReturnPressed: event => composer.handleEnter(event)
                Keys.onEnterPressed: event => composer.handleEnter(event)
                Keys.onTabPressed: input.nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                Keys.onBacktabPressed: input.nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                Text {
                    x: input.leftPadding
                    y: input.topPadding
                    width: input.width - input.leftPadding - input.rightPadding
                    visible: input.length === 0 && input.preeditText === ""
                    text: qsTr("A message for all of them")
                    color: Theme.textFaint
                    font: input.font
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                    Accessible.ignored: true
                }
            }
        }
        SendButton {
            id: action
            anchors.right: parent.right
            anchors.rightMargin: Theme.space2
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.space2
            busy: composer.comparison.busy
            canSend: !composer.blank
            onSendRequested: composer.send()
            onStopRequested: composer.comparison.stop()
        }
    }
}
