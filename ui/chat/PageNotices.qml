import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// What needs attention above the conversation: a notice of the application, and a model that is not there.
Flickable {
    id: notices

    required property AppViewModel app
    readonly property string starterText: app.model.isStarter ? "" : qsTr("Use the starter model")

    signal openModelRequested
    signal updateRequested

    implicitHeight: column.height
    contentHeight: column.height
    visible: app.notice !== "" || app.model.state === "failed" || app.model.state === "held" || app.updates.wantsNotice || app.chatSettings.asksForModel
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    ScrollBar.vertical: AppScrollBar {
        policy: size < 1 ? ScrollBar.AlwaysOn : ScrollBar.AsNeeded
    }
    WheelScroller {
        view: notices
    }
    FocusKeeper {
        view: notices
    }

    component ModelCard: ErrorCard {
        width: column.width
        cause: notices.app.model.errorCause
        nextStep: notices.app.model.errorNextStep
        detail: notices.app.model.errorDetail
        secondText: qsTr("Open another model…")
        thirdText: notices.starterText
        onActionRequested: notices.app.reloadModel()
        onSecondRequested: notices.openModelRequested()
        onThirdRequested: notices.app.useStarterModel()
    }

    Column {
        id: column
        width: notices.width
        spacing: Theme.space2
        NoticeBanner {
            objectName: "noticeBanner"
            width: parent.width
            visible: notice !== ""
            notice: notices.app.notice
            nextStep: notices.app.noticeNextStep
            tone: notices.app.noticeTone === "info" ? "plain" : "warning"
            onDismissed: notices.app.dismissNotice()
        }
        UpdateNotice {
            objectName: "updateNotice"
            width: parent.width
            visible: notices.app.updates.wantsNotice
            updates: notices.app.updates
            onShown: notices.updateRequested()
        }
        ModelNotice {
            objectName: "modelNotice"
            width: parent.width
            visible: notices.app.chatSettings.asksForModel
            settings: notices.app.chatSettings
        }
        ModelCard {
            id: failed
            objectName: "modelError"
            visible: notices.app.model.state === "failed"
            actionText: qsTr("Load again")
        }
        ModelCard {
            id: held
            objectName: "modelHeld"
            visible: notices.app.model.state === "held"
            tone: "warning"
            actionText: qsTr("Load %1").arg(notices.app.model.name)
        }
    }
}
