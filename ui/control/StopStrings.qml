pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// Texts at which an answer ends: a row for each, and a field for one more.
ColumnLayout {
    id: stops

    required property ChatSettingsModel settings

    function add() {
        if (field.text === "")
            return;
        settings.addStop(field.text);
        field.text = "";
    }

    spacing: Theme.space1
    Repeater {
        model: stops.settings.stop
        Rectangle {
            id: entry
            required property string modelData
            required property int index
            objectName: "stop" + index
            Layout.fillWidth: true
            implicitHeight: Theme.control
            radius: Theme.radius
            color: Theme.sunken
            RowLayout {
                anchors.fill: parent
                anchors.leftMargin: Theme.space3
                anchors.rightMargin: Theme.space1
                Text {
                    Layout.fillWidth: true
                    text: entry.modelData
                    color: Theme.text
                    font.family: Theme.mono
                    font.pixelSize: Theme.fontCode
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
                IconButton {
                    objectName: "removeStop"
                    symbol: "close"
                    label: qsTr("Remove %1").arg(entry.modelData)
                    size: Theme.controlSmall
                    iconSize: Theme.iconSmall
                    onClicked: stops.settings.removeStop(entry.index)
                }
            }
        }
    }
    RowLayout {
        Layout.fillWidth: true
        visible: stops.settings.canAddStop
        spacing: Theme.space2
        AppTextField {
            id: field
            objectName: "stopField"
            Layout.fillWidth: true
            label: qsTr("Text to stop at")
            placeholderText: label
            maximumLength: 100
            font.family: Theme.mono
            onAccepted: stops.add()
        }
        AppButton {
            objectName: "addStop"
            text: qsTr("Add")
            enabled: field.text !== ""
            onClicked: stops.add()
        }
    }
}
