import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// One adapter in the panel of the header: what it is, its switch, and its strength while it is on.
ColumnLayout {
    id: entry

    required property var adapterId
    required property string name
    required property string domain
    required property string domainText
    required property string status
    required property bool active
    required property real strength
    required property string strengthText
    property bool full: false

    signal switched(bool on)
    signal strengthened(real strength)

    function focusSwitch(reason: int) {
        toggle.forceActiveFocus(reason);
    }

    objectName: "adapterSwitch"
    spacing: 0
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.space3
        DomainMark {
            domain: entry.domain
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0
            Text {
                Layout.fillWidth: true
                text: entry.name
                color: Theme.text
                font.pixelSize: Theme.fontUi
                font.weight: entry.active ? Theme.fontMedium : Font.Normal
                elide: Text.ElideRight
                textFormat: Text.PlainText
            }
            Text {
                objectName: "adapterNote"
                Layout.fillWidth: true
                text: entry.status === "missing" ? qsTr("Its file is missing: switch it off, or import it again") : entry.status === "checking" ? qsTr("Checking whether it fits…") : entry.domainText
                color: entry.status === "missing" ? Theme.danger : Theme.textMuted
                font.pixelSize: Theme.fontCaption
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
        }
        AppSwitch {
            id: toggle
            objectName: "adapterToggle"
            label: qsTr("Use %1").arg(entry.name)
            checked: entry.active
            enabled: entry.active || !entry.full
            opacity: enabled ? 1 : Theme.disabledOpacity
            Keys.onReturnPressed: entry.switched(!entry.active)
            Keys.onEnterPressed: entry.switched(!entry.active)
            onClicked: {
                entry.switched(checked);
                checked = Qt.binding(() => entry.active); // the model decides
            }
        }
    }
    StrengthSlider {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.control + Theme.space3
        visible: entry.active
        adapterName: entry.name
        value: entry.strength
        valueText: entry.strengthText
        onMoved: value => entry.strengthened(value)
    }
}
