pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// A repository with adapters: what it is for, and the way to get it.
Card {
    id: card

    required property int index
    required property string repository
    required property string licence
    required property string base
    required property string detail
    required property bool gated
    required property string status
    required property string statusText
    required property real fraction
    required property var choices

    signal downloadRequested
    signal chosen(int choice)

    objectName: "hubAdapter" + index
    implicitHeight: column.implicitHeight + Theme.space3 * 2
    Accessible.role: Accessible.ListItem
    Accessible.name: base === "" ? repository : qsTr("%1, for %2").arg(repository).arg(base)

    ColumnLayout {
        id: column
        anchors.fill: parent
        anchors.margins: Theme.space3
        anchors.leftMargin: Theme.space4
        spacing: Theme.space2
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space3
            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.focusWidth
                Text {
                    Layout.fillWidth: true
                    text: card.repository
                    color: Theme.text
                    font.pixelSize: Theme.fontUi
                    font.weight: Theme.fontMedium
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                }
                Line {
                    text: card.base === "" ? "" : qsTr("For %1").arg(card.base)
                }
                Line {
                    text: card.licence === "" ? card.detail : qsTr("%1 · %2").arg(card.licence).arg(card.detail)
                }
                Line {
                    text: card.gated ? qsTr("Needs an account of the hub and a token (in the settings).") : ""
                }
            }
            AppButton {
                objectName: "downloadAdapter"
                visible: card.status === "" || card.status === "failed"
                text: card.status === "failed" ? qsTr("Try again") : qsTr("Download")
                symbol: card.status === "failed" ? "retry" : "download"
                Accessible.description: card.repository
                onClicked: card.downloadRequested()
            }
            Icon {
                visible: card.status === "done"
                symbol: "check"
                color: Theme.success
            }
        }
        Rectangle {
            Layout.fillWidth: true
            visible: card.status === "running"
            implicitHeight: Theme.space1
            radius: height / 2
            color: Theme.track
            Rectangle {
                width: parent.width * Math.max(0, Math.min(1, card.fraction))
                height: parent.height
                radius: parent.radius
                color: Theme.accent
            }
        }
        Line {
            objectName: "hubStatus"
            text: card.statusText
            color: card.status === "failed" ? Theme.danger : Theme.textMuted
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
        Flow {
            Layout.fillWidth: true
            visible: card.choices.length > 0
            spacing: Theme.space2
            Repeater {
                model: card.choices
                AppButton {
                    required property string modelData
                    required property int index
                    objectName: "adapterChoice" + index
                    text: modelData
                    onClicked: card.chosen(index)
                }
            }
        }
    }

    component Line: Text {
        Layout.fillWidth: true
        visible: text !== ""
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
