import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Templates as T
import QtQuick.Layouts
import Hearth.Ui

// The frame of every dialog: centred, with a title and a close button; Esc or a click outside closes it.
// What does not fit scrolls under the title and `toolbar`.
Popup {
    id: dialog

    property string heading: ""
    property int maximumWidth: Theme.dialogWidth
    property bool fullHeight: false
    readonly property real availableHeightInWindow: parent ? parent.height - Theme.space8 : 0
    readonly property alias view: flick
    default property alias body: holder.data
    property alias toolbar: tools.data

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
        Accessible.role: Accessible.Dialog
        Accessible.name: dialog.heading
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
    contentItem: ColumnLayout {
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space3
            Layout.topMargin: Theme.space3
            Layout.bottomMargin: Theme.space3
            Text {
                Layout.fillWidth: true
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
                Layout.alignment: Qt.AlignTop
                symbol: "close"
                label: qsTr("Close")
                shortcutText: Shortcuts.label("stop")
                onClicked: dialog.close()
            }
        }
        Item {
            id: tools
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            Layout.bottomMargin: Theme.space2
            implicitHeight: childrenRect.height
            visible: children.length > 0
        }
        Flickable {
            id: flick
            Layout.fillWidth: true
            Layout.fillHeight: true
            implicitHeight: contentHeight
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
    }
}
