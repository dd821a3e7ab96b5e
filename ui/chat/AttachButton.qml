import QtQuick
import QtQuick.Dialogs
import Hearth.Ui

// Chooses files that go with the message.
IconButton {
    id: button

    signal chosen(var urls)

    symbol: "attach"
    label: qsTr("Attach files")
    onClicked: dialog.open()

    FileDialog {
        id: dialog
        title: qsTr("Attach files")
        fileMode: FileDialog.OpenFiles
        nameFilters: [qsTr("All files (*)"), qsTr("Text, tables and code (*.txt *.md *.csv *.json *.log *.xml *.yaml *.py *.js *.ts *.c *.cpp *.h *.java *.rs *.go *.sh *.sql *.html *.css)"), qsTr("PDF (*.pdf)")]
        onAccepted: button.chosen(selectedFiles)
    }
}
