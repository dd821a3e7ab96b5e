import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// One rule: its name, what it does, and whether it works.
Card {
    id: row

    required property var rule
    readonly property string about: {
        const place = rule.place === "input" ? qsTr("in your messages") : rule.place === "output" ? qsTr("in answers") : qsTr("in messages and answers");
        const action = rule.action === "block" ? qsTr("Blocks") : qsTr("Marks");
        const kind = rule.kind === "words" ? qsTr("words") : qsTr("a pattern");
        return qsTr("%1 %2 %3").arg(action).arg(kind).arg(place);
    }

    signal editRequested
    signal removed

    implicitHeight: line.implicitHeight + Theme.space2 * 2
    Accessible.role: Accessible.ListItem
    Accessible.name: rule.name + ", " + about

    RowLayout {
        id: line
        anchors.fill: parent
        anchors.leftMargin: Theme.space4
        anchors.rightMargin: Theme.space2
        spacing: Theme.space2
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0
            Text {
                Layout.fillWidth: true
                text: row.rule.name
                color: Theme.text
                font.pixelSize: Theme.fontUi
                elide: Text.ElideRight
                textFormat: Text.PlainText
            }
            Text {
                Layout.fillWidth: true
                text: row.about
                color: Theme.textMuted
                font.pixelSize: Theme.fontCaption
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
            Text {
                objectName: "ruleSlow"
                Layout.fillWidth: true
                visible: row.rule.slow === true
                text: qsTr("Left out: its pattern takes too long. Make it simpler.")
                color: Theme.warning
                font.pixelSize: Theme.fontCaption
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
        }
        IconButton {
            objectName: "editRule"
            symbol: "edit"
            label: qsTr("Edit the rule “%1”").arg(row.rule.name)
            onClicked: row.editRequested()
        }
        IconButton {
            objectName: "removeRule"
            symbol: "trash"
            label: qsTr("Delete the rule “%1”").arg(row.rule.name)
            onClicked: row.removed()
        }
    }
}
