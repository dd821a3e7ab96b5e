pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Templates as T
import Hearth.App
import Hearth.Ui

// Goes to a chat by a few letters of its title. The field keeps the focus; the arrow keys choose.
Popup {
    id: popup

    required property SwitcherModel switcher

    signal chosen

    function choose(row: int) {
        if (row < 0 || row >= list.count)
            return;
        switcher.choose(row);
        close();
        chosen();
    }

    objectName: "chatSwitcher"
    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(Theme.dialogWidth, parent ? parent.width - Theme.space8 : Theme.dialogWidth)
    height: Math.min(parent ? parent.height - Theme.space8 : implicitHeight, field.height + Theme.space2 * 3 + list.wanted)
    padding: Theme.space2
    modal: true
    focus: true
    closePolicy: Popup.CloseOnEscape | Popup.CloseOnPressOutside
    T.Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Rectangle {
        color: Theme.window
        radius: Theme.radiusLarge
        border.width: 1
        border.color: Theme.border
    }
    onAboutToShow: {
        field.clear();
        switcher.open();
        list.currentIndex = 0;
    }
    onOpened: field.forceActiveFocus(Qt.PopupFocusReason)
    onClosed: switcher.close()

    contentItem: Item {
        Accessible.role: Accessible.Dialog
        Accessible.name: qsTr("Go to a chat")
        SearchField {
            id: field
            objectName: "switcherField"
            width: parent.width
            label: qsTr("Go to a chat")
            placeholderText: qsTr("Letters of a title")
            Accessible.description: list.currentItem ? list.currentItem.Accessible.name : ""
            onTextChanged: {
                popup.switcher.query = text;
                list.currentIndex = 0;
                list.positionViewAtBeginning();
            }
            Keys.onDownPressed: list.incrementCurrentIndex()
            Keys.onUpPressed: list.decrementCurrentIndex()
            Keys.onReturnPressed: popup.choose(list.currentIndex)
            Keys.onEnterPressed: popup.choose(list.currentIndex)
        }
        ListView {
            id: list
            readonly property int shownRows: 8
            readonly property real wanted: Math.max(1, Math.min(count, shownRows)) * (Theme.control + spacing)
            objectName: "switcherList"
            anchors.fill: parent
            anchors.topMargin: field.height + Theme.space2
            clip: true
            spacing: 1
            model: popup.switcher
            boundsBehavior: Flickable.StopAtBounds
            highlightMoveDuration: 0
            ScrollBar.vertical: AppScrollBar {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Chats")
            delegate: SwitcherRow {
                width: ListView.view.width
                onClicked: popup.choose(index)
            }
            WheelScroller {
                view: list
            }
            Text {
                objectName: "switcherNothing"
                anchors.centerIn: parent
                visible: list.count === 0
                text: field.text === "" ? qsTr("There are no chats yet.") : qsTr("No title has these letters.")
                color: Theme.textMuted
                font.pixelSize: Theme.fontUi
                textFormat: Text.PlainText
                Accessible.role: Accessible.AlertMessage
                Accessible.name: text
            }
        }
    }
}
