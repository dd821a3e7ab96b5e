import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Templates as T
import QtQuick.Layouts
import Hearth.Ui

// The frame of every dialog: centred, with a title and a close button; Esc or a click outside closes it.
Popup {
    id: dialog

    property string heading: ""
    default property alias body: holder.data

    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(Theme.dialogWidth, parent ? parent.width - Theme.space8 : Theme.dialogWidth)
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
            Text {
                Layout.fillWidth: true
                text: dialog.heading
                color: Theme.text
                font.pixelSize: Theme.fontTitle
                font.weight: Theme.fontBold
                elide: Text.ElideRight
                textFormat: Text.PlainText
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }
            IconButton {
                symbol: "close"
                label: qsTr("Close")
                shortcutText: qsTr("Esc")
                onClicked: dialog.close()
            }
        }
        Item {
            id: holder
            Layout.fillWidth: true
            Layout.fillHeight: true
            implicitHeight: childrenRect.height
        }
    }
}
