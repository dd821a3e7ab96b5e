pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.Ui

// An adapter on this computer: what it is and whether it fits the loaded model; all that is known about it when it is opened.
Card {
    id: card

    required property int index
    required property var adapterId
    required property string name
    required property string domain
    required property string domainText
    required property string description
    required property string licence
    required property string detail
    required property string targets
    required property string baseName
    required property string architecture
    required property string sourceText
    required property bool isStarter
    required property bool missing
    required property string path
    required property string fit
    required property string fitText
    required property string fitReason
    required property string modelsText
    property bool open: false
    readonly property var adapter: ({
            adapterId: adapterId,
            name: name,
            domain: domain,
            description: description,
            licence: licence
        })

    signal editRequested(var adapter)
    signal mergeRequested(var adapter)
    signal removeRequested(var adapter)

    function focusTitle() {
        toggle.forceActiveFocus(Qt.ShortcutFocusReason);
    }

    objectName: "adapterCard" + index
    implicitHeight: column.implicitHeight + Theme.space4 * 2
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2").arg(name).arg(domainText)

    ColumnLayout {
        id: column
        anchors.fill: parent
        anchors.margins: Theme.space4
        spacing: Theme.space2
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.space3
            DomainMark {
                Layout.alignment: Qt.AlignTop
                domain: card.domain
                size: Theme.controlLarge
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.space1
                Flow {
                    id: heading
                    Layout.fillWidth: true
                    spacing: Theme.space2
                    Text {
                        objectName: "adapterName"
                        width: Math.min(implicitWidth, heading.width)
                        text: card.name
                        color: Theme.text
                        font.pixelSize: Theme.fontBody
                        font.weight: Theme.fontBold
                        elide: Text.ElideRight
                        textFormat: Text.PlainText
                    }
                    DomainTag {
                        domain: card.domain
                        text: card.domainText
                    }
                }
                Text {
                    objectName: "adapterDescription"
                    Layout.fillWidth: true
                    visible: text !== ""
                    text: card.description
                    color: Theme.text
                    font.pixelSize: Theme.fontUi
                    wrapMode: Text.Wrap
                    maximumLineCount: card.open ? Theme.composerLines * 4 : 2
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                }
                Text {
                    objectName: "adapterDetail"
                    Layout.fillWidth: true
                    text: card.licence === "" ? card.detail : qsTr("%1 · %2").arg(card.detail).arg(card.licence)
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontSmall
                    wrapMode: Text.Wrap
                    textFormat: Text.PlainText
                }
                RowLayout {
                    Layout.fillWidth: true
                    visible: card.fitText !== ""
                    spacing: Theme.space1
                    Icon {
                        symbol: card.missing || card.fit === "no" ? "alert" : card.fit === "fits" ? "check" : "clock"
                        size: Theme.iconSmall
                        color: card.missing ? Theme.danger : card.fit === "fits" ? Theme.success : Theme.textMuted
                    }
                    Text {
                        objectName: "adapterFit"
                        Layout.fillWidth: true
                        text: card.fitReason === "" ? card.fitText : qsTr("%1: %2").arg(card.fitText).arg(card.fitReason)
                        color: card.missing ? Theme.danger : Theme.textMuted
                        font.pixelSize: Theme.fontSmall
                        wrapMode: Text.Wrap
                        maximumLineCount: card.open ? Theme.composerLines : 2
                        elide: Text.ElideRight
                        textFormat: Text.PlainText
                    }
                }
            }
            Row {
                Layout.alignment: Qt.AlignTop
                IconButton {
                    id: more
                    objectName: "adapterMenuButton"
                    symbol: "more"
                    label: qsTr("More actions for %1").arg(card.name)
                    onClicked: menu.popup(more, more.width - menu.width, more.height)
                }
                IconButton {
                    id: toggle
                    objectName: "adapterToggleDetails"
                    symbol: card.open ? "chevron-up" : "chevron-down"
                    label: card.open ? qsTr("Hide the details of %1").arg(card.name) : qsTr("Show the details of %1").arg(card.name)
                    onClicked: card.open = !card.open
                }
            }
        }
        AdapterFacts {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.controlLarge + Theme.space3
            visible: card.open
            facts: [[qsTr("Fits"), card.modelsText], [qsTr("Made for"), card.baseName], [qsTr("Architecture"), card.architecture], [qsTr("Changes"), card.targets], [qsTr("Source"), card.sourceText], [qsTr("File"), card.path]]
        }
    }
    AppMenu {
        id: menu
        objectName: "adapterMenu"
        width: Theme.menuWidth + Theme.space12
        AppMenuItem {
            objectName: "editAdapter"
            text: qsTr("Edit…")
            symbol: "edit"
            onTriggered: card.editRequested(card.adapter)
        }
        AppMenuItem {
            objectName: "mergeAdapter"
            text: qsTr("Make a model of it…")
            symbol: "merge"
            enabled: !card.missing && card.modelsText !== ""
            onTriggered: card.mergeRequested(card.adapter)
        }
        AppMenuItem {
            objectName: "removeAdapter"
            text: qsTr("Remove…")
            symbol: "trash"
            dangerous: true
            enabled: !card.isStarter
            onTriggered: card.removeRequested(card.adapter)
        }
    }
}
