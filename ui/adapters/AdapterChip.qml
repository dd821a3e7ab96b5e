import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Which adapters the next answer uses, beside the model in the header; opens their switches.
AbstractButton {
    id: chip

    required property AppViewModel app
    readonly property ChatAdaptersModel adapters: app.chatAdapters
    readonly property bool on: adapters.activeCount > 0
    // Only the icon, and how many are on, where there is little room.
    property bool compact: false

    signal adaptersRequested
    signal compareRequested

    function openPanel() {
        panel.byKey = true;
        panel.open();
    }

    objectName: "adapterChip"
    visible: adapters.installedCount > 0
    implicitHeight: Theme.control
    leftPadding: Theme.space3
    rightPadding: Theme.space2
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Button
    Accessible.name: chip.on ? qsTr("Adapters: %1").arg(chip.adapters.activeText) : qsTr("Adapters: none is on")
    Accessible.description: qsTr("Opens the adapters of this chat")
    Accessible.onPressAction: chip.clicked()
    onClicked: panel.visible ? panel.close() : panel.open()
    Keys.onReturnPressed: panel.visible ? panel.close() : openPanel()
    Keys.onEnterPressed: panel.visible ? panel.close() : openPanel()

    contentItem: RowLayout {
        spacing: Theme.space2
        Icon {
            symbol: "adapters"
            size: Theme.iconSmall
            color: chip.on ? Theme.accent : Theme.textMuted
        }
        Text {
            objectName: "adapterSummary"
            Layout.fillWidth: true
            visible: !chip.compact || chip.on
            text: !chip.compact ? chip.adapters.summary : chip.adapters.activeCount.toLocaleString(Qt.locale(), "f", 0)
            color: chip.on ? Theme.text : Theme.textMuted
            font.pixelSize: Theme.fontUi
            font.weight: chip.on ? Theme.fontMedium : Font.Normal
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        Icon {
            symbol: "chevron-down"
            size: Theme.iconSmall
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: chip.down || panel.visible ? Theme.pressed : chip.on ? Theme.accentSoft : chip.hovered ? Theme.hover : "transparent"
        border.width: 1
        border.color: chip.on ? Theme.accentSoft : Theme.border
        FocusRing {
            shown: chip.visualFocus
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    AppToolTip {
        visible: chip.hovered && !chip.down && !panel.visible
        text: chip.on ? qsTr("%1 (%2)").arg(chip.adapters.activeText).arg(Shortcuts.label("adapterPanel")) : qsTr("%1 (%2)").arg(qsTr("Adapters of this chat")).arg(Shortcuts.label("adapterPanel"))
    }
    AdapterPanel {
        id: panel
        app: chip.app
        x: chip.width - width
        y: chip.height + Theme.space1
        onAdaptersRequested: chip.adaptersRequested()
        onCompareRequested: chip.compareRequested()
    }
}
