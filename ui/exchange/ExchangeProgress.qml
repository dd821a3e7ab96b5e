import QtQuick
import Hearth.App
import Hearth.Ui

// A task with chats under way: what it does, how far it is, and a button that ends it.
Column {
    id: progress

    required property ChatExchangeModel exchange
    required property string what

    spacing: Theme.space3
    onVisibleChanged: if (visible) cancel.forceActiveFocus(Qt.PopupFocusReason)

    Text {
        width: parent.width
        text: progress.what
        color: Theme.text
        font.pixelSize: Theme.fontUi
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    AppProgressBar {
        objectName: "exchangeProgress"
        width: parent.width
        label: progress.what
        value: progress.exchange.fraction
    }
    AppButton {
        id: cancel
        objectName: "exchangeCancel"
        text: qsTr("Cancel")
        onClicked: progress.exchange.cancel()
    }
}
