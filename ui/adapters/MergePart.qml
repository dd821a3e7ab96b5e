import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// An adapter that may become part of a model, and how much of it.
ColumnLayout {
    id: entry

    // A map of name, domain, on, strength.
    required property var part
    property bool locked: false

    signal switched(bool on)
    signal strengthened(real strength)

    spacing: 0
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.space3
        DomainMark {
            domain: entry.part.domain ?? "own"
            size: Theme.controlSmall
        }
        Text {
            Layout.fillWidth: true
            text: entry.part.name ?? ""
            color: Theme.text
            font.pixelSize: Theme.fontUi
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
        AppSwitch {
            id: toggle
            objectName: "mergeToggle"
            label: qsTr("Use %1").arg(entry.part.name ?? "")
            checked: entry.part.on ?? false
            enabled: !entry.locked
            opacity: enabled ? 1 : Theme.disabledOpacity
            Keys.onReturnPressed: entry.switched(!entry.part.on)
            Keys.onEnterPressed: entry.switched(!entry.part.on)
            onClicked: {
                entry.switched(checked);
                checked = Qt.binding(() => entry.part.on ?? false);
            }
        }
    }
    StrengthSlider {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.controlSmall + Theme.space3
        visible: entry.part.on ?? false
        adapterName: entry.part.name ?? ""
        value: entry.part.strength ?? 1
        valueText: Number(value).toLocaleString(Qt.locale(), "f", 2)
        onMoved: value => entry.strengthened(value)
    }
}
