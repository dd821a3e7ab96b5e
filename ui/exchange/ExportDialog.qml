pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Dialogs
import Hearth.App
import Hearth.Ui

// One chat, or all of them, as files: the kind of file, what goes into it, then where it goes.
AppDialog {
    id: dialog

    required property ChatExchangeModel exchange
    // 0: all chats.
    property var chatId: 0
    property string format: "md"
    property bool branches: false
    property bool thinking: false
    readonly property bool all: chatId === 0
    readonly property bool asking: exchange.task === "" && !ended.any
    readonly property bool isDocument: format !== "json"
    readonly property bool intoFolder: all && isDocument
    readonly property var formats: [
        {
            value: "md",
            text: qsTr("Markdown"),
            note: qsTr("Plain text that any editor opens.")
        },
        {
            value: "html",
            text: qsTr("Web page (HTML)"),
            note: qsTr("One file for any browser, light or dark as the reader's system is. It loads nothing from the network.")
        },
        {
            value: "pdf",
            text: qsTr("PDF"),
            note: qsTr("Pages to print or to send.")
        },
        {
            value: "json",
            text: qsTr("Hearth file (JSON)"),
            note: qsTr("Everything: all versions, thinking, models, adapters and numbers. Hearth can import it again.")
        }
    ]

    function ask(id: var) {
        chatId = id;
        format = id === 0 ? "json" : "md";
        branches = false;
        thinking = false;
        if (exchange.task === "")
            exchange.dismiss();
        open();
    }
    function choosePlace() {
        if (intoFolder) {
            folder.open();
            return;
        }
        file.currentFolder = exchange.documents();
        file.selectedFile = exchange.suggestedFile(chatId, format);
        file.open();
    }
    function write(place: url) {
        if (all)
            exchange.exportAll(format, branches, thinking, place);
        else
            exchange.exportChat(chatId, format, branches, thinking, place);
    }

    heading: all ? qsTr("Export all chats") : qsTr("Export this chat")
    onOpened: (asking ? confirm : done).forceActiveFocus(Qt.PopupFocusReason)
    onAskingChanged: if (visible && exchange.task === "") (asking ? confirm : done).forceActiveFocus(Qt.PopupFocusReason)

    ColumnLayout {
        width: parent.width
        spacing: Theme.space3
        Column {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space4
            Layout.rightMargin: Theme.space4
            visible: dialog.asking
            Accessible.role: Accessible.Grouping
            Accessible.name: qsTr("Kind of file")
            Repeater {
                model: dialog.formats
                ChoiceRow {
                    required property var modelData
                    objectName: "format-" + modelData.value
                    width: parent.width
                    on: dialog.format === modelData.value
                    text: modelData.text
                    note: modelData.note
                    Accessible.name: text
                    onClicked: dialog.format = modelData.value
                }
            }
        }
        AppCheckBox {
            objectName: "exportBranches"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            visible: dialog.asking && dialog.isDocument
            text: qsTr("Also the other versions of questions and answers, after what is shown")
            checked: dialog.branches
            onToggled: dialog.branches = checked
        }
        AppCheckBox {
            objectName: "exportThinking"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            visible: dialog.asking && dialog.isDocument
            text: qsTr("Also what the model thought before it answered")
            checked: dialog.thinking
            onToggled: dialog.thinking = checked
        }
        ExchangeProgress {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            Layout.bottomMargin: Theme.space6
            visible: dialog.exchange.task !== ""
            exchange: dialog.exchange
            what: dialog.all ? qsTr("Exporting chats…") : qsTr("Exporting the chat…")
        }
        ExchangeResult {
            id: ended
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            exchange: dialog.exchange
        }
        DialogButtons {
            visible: dialog.asking
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                id: confirm
                objectName: "exportConfirm"
                text: dialog.intoFolder ? qsTr("Choose a folder…") : qsTr("Save as…")
                symbol: "export"
                primary: true
                onClicked: dialog.choosePlace()
            }
        }
        DialogButtons {
            visible: ended.any
            AppButton {
                objectName: "exportShow"
                visible: dialog.exchange.canShow
                text: qsTr("Show in folder")
                symbol: "folder"
                onClicked: dialog.exchange.show()
            }
            AppButton {
                objectName: "exportAgain"
                visible: dialog.exchange.cause !== ""
                text: qsTr("Try again")
                onClicked: dialog.exchange.dismiss()
            }
            AppButton {
                id: done
                objectName: "exportDone"
                text: qsTr("Close")
                onClicked: dialog.close()
            }
        }
    }
    FileDialog {
        id: file
        title: dialog.heading
        fileMode: FileDialog.SaveFile
        defaultSuffix: dialog.format
        nameFilters: [dialog.formats.find(kind => kind.value === dialog.format).text + " (*." + dialog.format + ")"]
        onAccepted: dialog.write(selectedFile)
    }
    FolderDialog {
        id: folder
        title: qsTr("Choose a folder for the exported chats")
        onAccepted: dialog.write(selectedFolder)
    }
}
