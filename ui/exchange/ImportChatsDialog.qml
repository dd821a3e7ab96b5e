pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

// Chats from a file: what can be read, what is in the chosen file, and what came of it.
AppDialog {
    id: dialog

    required property ChatExchangeModel exchange
    readonly property bool planned: exchange.task === "" && exchange.plan !== ""
    readonly property bool asking: exchange.task === "" && !planned && !ended.any

    function ask() {
        if (exchange.task === "")
            exchange.dismiss();
        open();
    }
    function look(place: url) {
        exchange.look(place);
    }
    function takeFocus() {
        if (exchange.task === "")
            (planned ? confirm : ended.any ? done : choose).forceActiveFocus(Qt.PopupFocusReason);
    }

    heading: qsTr("Import chats")
    onOpened: takeFocus()
    onPlannedChanged: if (visible) takeFocus()
    onClosed: if (exchange.task === "inspect") exchange.cancel()

    component Line: Text {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space6
        Layout.rightMargin: Theme.space6
        color: Theme.textMuted
        font.pixelSize: Theme.fontUi
        lineHeight: Theme.lineHeight - 0.2
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }

    ColumnLayout {
        width: parent.width
        spacing: Theme.space3
        Line {
            visible: dialog.asking
            text: qsTr("Hearth reads its own exports, those of ChatGPT (conversations.json), Open WebUI and LM Studio, and lists of messages as JSON.")
        }
        Line {
            visible: dialog.asking
            text: qsTr("Versions of questions and answers are kept. Pictures and files are named, but not taken along.")
        }
        Line {
            objectName: "importPlan"
            visible: dialog.planned
            text: dialog.exchange.plan
            color: Theme.text
            font.weight: Theme.fontMedium
        }
        Line {
            objectName: "importPlanNote"
            visible: dialog.planned && text !== ""
            text: dialog.exchange.planNote
            color: Theme.warning
        }
        Line {
            visible: dialog.planned
            text: qsTr("They come as new chats, with their own dates. Nothing that is here changes, and chats that were imported before are skipped.")
        }
        ExchangeProgress {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            Layout.bottomMargin: Theme.space6
            visible: dialog.exchange.task !== ""
            exchange: dialog.exchange
            what: dialog.exchange.task === "import" ? qsTr("Importing chats…") : qsTr("Reading the file…")
        }
        ExchangeResult {
            id: ended
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            exchange: dialog.exchange
            onAnyChanged: if (dialog.visible) dialog.takeFocus()
        }
        DialogButtons {
            visible: dialog.asking
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                id: choose
                objectName: "importChoose"
                text: qsTr("Choose a file…")
                symbol: "folder"
                primary: true
                onClicked: file.open()
            }
        }
        DialogButtons {
            visible: dialog.planned
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                id: confirm
                objectName: "importChatsConfirm"
                text: qsTr("Import")
                symbol: "import"
                primary: true
                onClicked: dialog.exchange.importFound()
            }
        }
        DialogButtons {
            visible: ended.any
            AppButton {
                objectName: "importAnother"
                text: qsTr("Choose another file…")
                symbol: "folder"
                onClicked: file.open()
            }
            AppButton {
                id: done
                objectName: "importDone"
                text: qsTr("Close")
                onClicked: dialog.close()
            }
        }
    }
    FileDialog {
        id: file
        title: qsTr("Choose a file with chats")
        currentFolder: dialog.exchange.documents()
        nameFilters: [qsTr("Chats (*.json)"), qsTr("All files (*)")]
        onAccepted: dialog.look(selectedFile)
    }
}
