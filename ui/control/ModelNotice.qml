import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// One quiet line: another model is loaded than the one that answered this chat last.
Card {
    id: notice

    required property ChatSettingsModel settings

    implicitHeight: flow.height + Theme.space2 * 2
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text

    Flow {
        id: flow
        x: Theme.space4
        y: Theme.space2
        width: parent.width - x * 2
        spacing: Theme.space2
        FlowText {
            id: words
            maximumWidth: parent.width
            height: Math.max(implicitHeight, Theme.control)
            text: qsTr("This chat used %1.").arg(notice.settings.chatModelName)
            color: Theme.text
            font.pixelSize: Theme.fontUi
            verticalAlignment: Text.AlignVCenter
        }
        AppButton {
            objectName: "useChatModel"
            width: Math.min(implicitWidth, parent.width)
            text: qsTr("Load %1").arg(notice.settings.chatModelName)
            onClicked: notice.settings.useChatModel()
        }
        AppButton {
            objectName: "keepLoadedModel"
            width: Math.min(implicitWidth, parent.width)
            text: qsTr("Go on with %1").arg(notice.settings.loadedModelName)
            quiet: true
            onClicked: notice.settings.keepLoadedModel()
        }
    }
}
