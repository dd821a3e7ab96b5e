import QtQuick
import Hearth.App
import Hearth.Ui

// A setting of a variant: "as in Settings" until it gets a value of its own.
Column {
    id: row

    required property OwnSetting setting
    required property string heading
    property string help: ""
    property string note: ""
    property bool noteWarns: false
    // What is in force, for people; shown while it is as in the settings.
    property string standardText: ""
    default property alias control: holder.data

    width: parent ? parent.width : 0
    spacing: Theme.space2
    Item {
        readonly property bool stacked: width - choice.width < Theme.fieldWidth
        width: parent.width
        height: stacked ? labels.height + Theme.space2 + choice.height : Math.max(labels.height, choice.height)
        Column {
            id: labels
            width: parent.stacked ? parent.width : parent.width - choice.width - Theme.space4
            anchors.verticalCenter: parent.stacked ? undefined : parent.verticalCenter
            spacing: Theme.focusWidth
            Text {
                width: parent.width
                text: row.heading
                color: Theme.text
                font.pixelSize: Theme.fontUi
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            Text {
                width: parent.width
                visible: text !== ""
                text: row.setting.own || row.standardText === "" ? row.help : qsTr("As in Settings: %1").arg(row.standardText)
                color: Theme.textMuted
                font.pixelSize: Theme.fontCaption
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            Text {
                width: parent.width
                visible: text !== ""
                text: row.note
                color: row.noteWarns ? Theme.warning : Theme.textMuted
                font.pixelSize: Theme.fontCaption
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }
        }
        Segmented {
            id: choice
            objectName: "ownChoice"
            x: parent.stacked ? 0 : parent.width - width
            y: parent.stacked ? labels.height + Theme.space2 : (parent.height - height) / 2
            label: row.heading
            options: [
                {
                    value: "standard",
                    text: qsTr("As in Settings")
                },
                {
                    value: "own",
                    text: qsTr("Own")
                }
            ]
            value: row.setting.own ? "own" : "standard"
            onChosen: value => row.setting.own = value === "own"
        }
    }
    Item {
        id: holder
        width: parent.width
        height: childrenRect.height
        visible: row.setting.own
    }
}
