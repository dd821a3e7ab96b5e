pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// One of several choices, offered in a list that opens below. `options` is a list of {value, text}.
ComboBox {
    id: box

    required property string label
    required property var options
    property var value: null

    signal chosen(var value)

    function openBy(event) {
        event.accepted = !popup.visible && (event.key === Qt.Key_Return || event.key === Qt.Key_Enter);
        if (event.accepted)
            popup.open();
    }

    implicitHeight: Theme.control
    implicitWidth: Theme.fieldWidth
    focusPolicy: Qt.StrongFocus
    model: options
    textRole: "text"
    valueRole: "value"
    currentIndex: options.findIndex(option => option.value === value)
    font.pixelSize: Theme.fontUi
    Accessible.role: Accessible.ComboBox
    Accessible.name: box.displayText === "" ? box.label : qsTr("%1: %2").arg(box.label).arg(box.displayText)
    // Enter opens the list; in it, it chooses. Both when it is let go, as ComboBox does.
    Keys.onReleased: event => openBy(event)
    onActivated: index => {
        box.chosen(box.options[index].value);
        // What was chosen comes back as `value`; until then, and if it does not, the old one stands.
        box.currentIndex = Qt.binding(() => box.options.findIndex(option => option.value === box.value));
    }
    contentItem: Text {
        leftPadding: Theme.space3
        rightPadding: Theme.space3 + Theme.iconSmall
        text: box.displayText
        color: Theme.text
        font: box.font
        verticalAlignment: Text.AlignVCenter
        elide: Text.ElideRight
        textFormat: Text.PlainText
    }
    indicator: Icon {
        x: box.width - width - Theme.space2
        anchors.verticalCenter: parent.verticalCenter
        symbol: "chevron-down"
        size: Theme.iconSmall
    }
    background: Rectangle {
        radius: Theme.radius
        color: box.down ? Theme.pressed : box.hovered ? Theme.hover : Theme.surface
        border.width: 1
        border.color: Theme.borderStrong
        FocusRing {
            shown: box.visualFocus
        }
    }
    delegate: ItemDelegate {
        id: option
        required property var modelData
        required property int index
        width: ListView.view ? ListView.view.width : box.width
        height: Math.max(Theme.control, name.implicitHeight + Theme.space2)
        highlighted: box.highlightedIndex === index
        Accessible.role: Accessible.ListItem
        Accessible.name: modelData.text
        contentItem: Text {
            id: name
            text: option.modelData.text
            color: Theme.text
            font.pixelSize: Theme.fontUi
            font.weight: box.currentIndex === option.index ? Theme.fontMedium : Font.Normal
            verticalAlignment: Text.AlignVCenter
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        background: Rectangle {
            radius: Theme.radiusSmall
            color: option.highlighted || option.hovered ? Theme.hover : "transparent"
        }
    }
    popup: Popup {
        y: box.height + Theme.space1
        width: box.width
        height: Math.min(implicitHeight, box.Window.window ? box.Window.window.height - Theme.space8 : implicitHeight)
        margins: Theme.space2
        padding: Theme.space1
        contentItem: ListView {
            implicitHeight: contentHeight
            clip: true
            model: box.popup.visible ? box.delegateModel : null
            currentIndex: box.highlightedIndex
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: AppScrollBar {}
        }
        background: Rectangle {
            color: Theme.raised
            radius: Theme.radius
            border.width: 1
            border.color: Theme.border
        }
    }
}
