import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Templates as T
import Hearth.Ui

// The frame of every dialog: centred, with a title and a close button; Esc or a click outside closes it.
// What does not fit scrolls between the title with `toolbar` and `footer`.
Popup {
    id: dialog

    property string heading: ""
    property int maximumWidth: Theme.dialogWidth
    property bool fullHeight: false
    readonly property real availableHeightInWindow: parent ? parent.height - Theme.space8 : 0
    readonly property alias view: flick
    default property alias body: holder.data
    property alias toolbar: tools.data
    property alias footer: foot.data

    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(maximumWidth, parent ? parent.width - Theme.space8 : maximumWidth)
    height: fullHeight ? availableHeightInWindow : Math.min(availableHeightInWindow, implicitContentHeight)
    modal: true
    focus: true
    padding: 0
    closePolicy: Popup.CloseOnEscape | Popup.CloseOnPressOutside
    T.Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Rectangle {
        color: Theme.window
        radius: Theme.radiusCard
        border.width: 1
        border.color: Theme.border
    }
    enter: Transition {
        NumberAnimation {
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.durationFast
        }
    }
    exit: Transition {
        NumberAnimation {
            property: "opacity"
            to: 0
            duration: Theme.durationFast
        }
    }
    // Placed by hand: a layout that is hidden does not notice when the size of the text changes.
    contentItem: Item {
        implicitHeight: flick.y + flick.contentHeight + flick.anchors.bottomMargin
        Accessible.role: Accessible.Dialog
        Accessible.name: dialog.heading
        Text {
            id: title
            x: Theme.space6
            y: Theme.space3 + Math.max(0, closeButton.height - title.font.pixelSize * Theme.lineHeight) / 2
            width: closeButton.x - x - Theme.space2
            text: dialog.heading
            color: Theme.text
            font.pixelSize: Theme.fontTitle
            font.weight: Theme.fontBold
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        IconButton {
            id: closeButton
            objectName: "closeDialog"
            anchors.right: parent.right
            anchors.rightMargin: Theme.space3
            y: Theme.space3
            symbol: "close"
            label: qsTr("Close")
            shortcutText: Shortcuts.label("stop")
            onClicked: dialog.close()
        }
        Item {
            id: tools
            x: Theme.space6
            y: Math.max(title.y + title.height, closeButton.y + closeButton.height) + Theme.space3
            width: parent.width - Theme.space6 * 2
            height: children.length > 0 ? childrenRect.height + Theme.space2 : 0
        }
        Flickable {
            id: flick
            anchors.fill: parent
            anchors.topMargin: tools.y + tools.height
            anchors.bottomMargin: foot.children.length > 0 ? foot.height + Theme.space3 + Theme.space5 : 0
            contentHeight: holder.childrenRect.height
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            ScrollBar.vertical: AppScrollBar {
                policy: size < 1 ? ScrollBar.AlwaysOn : ScrollBar.AsNeeded
            }
            Item {
                id: holder
                width: flick.width
                height: childrenRect.height
            }
            WheelScroller {
                view: flick
            }
            FocusKeeper {
                view: flick
            }
        }
        Item {
            id: foot
            x: Theme.space6
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.space5
            width: parent.width - Theme.space6 * 2
            height: childrenRect.height
        }
    }
}
