pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// Names and values, a line each; what is not known has none. `facts` is a list of [name, value].
Column {
    id: table

    required property var facts

    spacing: Theme.space1
    Repeater {
        model: table.facts.filter(fact => fact[1] !== "")
        RowLayout {
            id: line
            required property var modelData
            width: table.width
            spacing: Theme.space3
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("%1: %2").arg(line.modelData[0]).arg(line.modelData[1])
            Text {
                Layout.preferredWidth: Theme.fieldWidth / 2
                Layout.alignment: Qt.AlignTop
                text: line.modelData[0]
                color: Theme.textFaint
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
                Accessible.ignored: true
            }
            Text {
                Layout.fillWidth: true
                text: line.modelData[1]
                color: Theme.textMuted
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                textFormat: Text.PlainText
                Accessible.ignored: true
            }
        }
    }
}
