import QtQuick
import Hearth.App
import Hearth.Ui

// How a task with chats ended: a sentence, or why it did not work and what to do.
Column {
    id: ended

    required property ChatExchangeModel exchange
    readonly property bool any: exchange.task === "" && (exchange.result !== "" || exchange.cause !== "")

    spacing: Theme.space3
    visible: any

    ErrorCard {
        objectName: "exchangeProblem"
        width: parent.width
        visible: ended.exchange.cause !== ""
        cause: ended.exchange.cause
        nextStep: ended.exchange.nextStep
    }
    Text {
        objectName: "exchangeResult"
        width: parent.width
        visible: text !== ""
        text: ended.exchange.result
        color: Theme.text
        font.pixelSize: Theme.fontUi
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        textFormat: Text.PlainText
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
}
