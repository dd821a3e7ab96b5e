pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// A variant of a model on this computer; above the first of a model stands the model's name.
Column {
    id: row

    required property int index
    required property var variantId
    required property bool first
    required property string modelName
    required property string publisher
    required property string licence
    required property string name
    required property string sizeText
    required property string facts
    required property string path
    required property string status
    required property string problem
    required property bool linked
    required property bool starter
    required property bool own
    required property bool canShrink
    required property string fitText
    required property string fitTone
    required property var fitNumbers
    required property string verifyText
    required property string verifyTone
    readonly property bool missing: status === "missing"
    readonly property bool loaded: status === "loaded"
    readonly property string fullName: qsTr("%1, %2").arg(modelName).arg(name)
    property bool numbersOpen: false
    property alias menu: menu

    // The name of what is wanted: "use", "settings", "smaller", "card", "verify", "folder", "remove" or "locate".
    signal wanted(string what)

    spacing: Theme.space2
    topPadding: first && index > 0 ? Theme.space4 : 0
    Accessible.role: Accessible.ListItem
    Accessible.name: row.missing ? qsTr("%1, missing").arg(row.fullName) : row.loaded ? qsTr("%1, in use").arg(row.fullName) : row.fullName

    Column {
        width: parent.width
        visible: row.first
        Text {
            width: parent.width
            text: row.modelName
            color: Theme.text
            font.pixelSize: Theme.fontBody
            font.weight: Theme.fontBold
            elide: Text.ElideMiddle
            textFormat: Text.PlainText
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Text {
            width: parent.width
            visible: text !== ""
            text: [row.publisher, row.licence].filter(part => part !== "").join(" · ")
            color: Theme.textMuted
            font.pixelSize: Theme.fontCaption
            elide: Text.ElideRight
            textFormat: Text.PlainText
        }
    }
    Card {
        id: card
        width: parent.width
        implicitHeight: content.height + Theme.space3 * 2
        border.color: row.loaded ? Theme.accent : Theme.border
        Column {
            id: content
            x: Theme.space4
            y: Theme.space3
            width: parent.width - x - Theme.space2
            spacing: Theme.space2
            Item {
                readonly property bool stacked: content.width - actions.width - Theme.space3 < Theme.fieldWidth
                width: parent.width
                height: stacked ? texts.height + Theme.space2 + actions.height : Math.max(texts.height, actions.height)
                Column {
                    id: texts
                    width: parent.stacked ? parent.width : parent.width - actions.width - Theme.space3
                    anchors.verticalCenter: parent.stacked ? undefined : parent.verticalCenter
                    spacing: Theme.space1
                    Flow {
                        width: parent.width
                        spacing: Theme.space2
                        Text {
                            width: Math.min(implicitWidth, parent.width)
                            text: row.name
                            color: row.missing ? Theme.textMuted : Theme.text
                            font.pixelSize: Theme.fontUi
                            font.weight: Theme.fontMedium
                            elide: Text.ElideMiddle
                            textFormat: Text.PlainText
                        }
                        Badge {
                            visible: row.loaded
                            text: qsTr("In use")
                            tone: "accent"
                        }
                        Badge {
                            visible: row.status === "loading"
                            text: qsTr("Loading…")
                        }
                        Badge {
                            visible: row.status === "failed"
                            text: qsTr("Not loaded")
                            tone: "danger"
                        }
                        Badge {
                            visible: row.missing
                            text: qsTr("Missing")
                            tone: "warning"
                        }
                        Badge {
                            visible: row.starter
                            text: qsTr("Comes with Hearth")
                        }
                        Badge {
                            visible: row.linked && !row.starter
                            text: qsTr("Linked")
                        }
                        Badge {
                            visible: row.own
                            text: qsTr("Own settings")
                        }
                    }
                    Note {
                        text: [row.sizeText, row.facts].filter(part => part !== "").join(" · ")
                    }
                    Note {
                        objectName: "loadProblem"
                        visible: text !== ""
                        text: row.problem
                        color: Theme.danger
                        Accessible.role: Accessible.AlertMessage
                        Accessible.name: text
                    }
                    Note {
                        visible: row.missing
                        text: qsTr("Not found: %1").arg(row.path)
                        wrapMode: Text.WrapAnywhere
                    }
                    Note {
                        visible: text !== ""
                        text: row.verifyText
                        color: row.verifyTone === "bad" ? Theme.danger : row.verifyTone === "good" ? Theme.success : Theme.textFaint
                    }
                    FitLabel {
                        objectName: "fitLabel"
                        x: -Theme.space2
                        width: Math.min(implicitWidth, parent.width + Theme.space2)
                        visible: row.fitText !== ""
                        text: row.fitText
                        tone: row.fitTone
                        hasNumbers: row.fitNumbers.length > 0
                        open: row.numbersOpen
                        onClicked: row.numbersOpen = !row.numbersOpen
                    }
                }
                Row {
                    id: actions
                    x: parent.stacked ? 0 : parent.width - width
                    y: parent.stacked ? texts.height + Theme.space2 : (parent.height - height) / 2
                    spacing: Theme.space1
                    AppButton {
                        objectName: "useButton"
                        visible: !row.missing && !row.loaded
                        enabled: row.status !== "loading"
                        text: qsTr("Use")
                        Accessible.name: qsTr("Use %1").arg(row.fullName)
                        onClicked: row.wanted("use")
                    }
                    AppButton {
                        objectName: "locateButton"
                        visible: row.missing
                        text: qsTr("Locate…")
                        Accessible.name: qsTr("Locate %1").arg(row.fullName)
                        onClicked: row.wanted("locate")
                    }
                    IconButton {
                        id: more
                        objectName: "variantMenuButton"
                        symbol: "more"
                        label: qsTr("More for “%1”").arg(row.fullName)
                        onClicked: menu.popup(more, 0, more.height)
                    }
                }
            }
            FitNumbers {
                width: parent.width - Theme.space2
                visible: row.numbersOpen && row.fitNumbers.length > 0
                numbers: row.fitNumbers
            }
        }
    }
    InstalledMenu {
        id: menu
        missing: row.missing
        starter: row.starter
        linked: row.linked
        canShrink: row.canShrink
        onWanted: what => row.wanted(what)
    }

    component Note: Text {
        width: parent.width
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
