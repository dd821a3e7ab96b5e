import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// A number of the chat with what it does; where it differs from the preset, that is marked and can be taken back.
ColumnLayout {
    id: row

    required property ChatValue setting
    required property string heading
    required property string help
    // The value of the preset, for people.
    property string standardText: ""
    default property alias control: holder.data

    spacing: Theme.space1
    RowLayout {
        Layout.fillWidth: true
        Layout.minimumHeight: Theme.controlSmall
        spacing: Theme.space2
        Rectangle {
            objectName: "differs"
            visible: row.setting.differs
            implicitWidth: Theme.dot
            implicitHeight: Theme.dot
            radius: Theme.dot / 2
            color: Theme.accent
        }
        Text {
            Layout.fillWidth: true
            text: row.heading
            color: Theme.text
            font.pixelSize: Theme.fontUi
            font.weight: row.setting.differs ? Theme.fontMedium : Font.Normal
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        IconButton {
            objectName: "resetValue"
            visible: row.setting.differs
            symbol: "undo"
            label: qsTr("Back to %1").arg(row.standardText)
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: row.setting.reset()
        }
    }
    Item {
        id: holder
        Layout.fillWidth: true
        implicitHeight: childrenRect.height
    }
    Text {
        Layout.fillWidth: true
        text: row.help
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
