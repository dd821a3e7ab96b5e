import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// Under an answer: copy and try again, the other answers to the same question, then speed and the model's name.
RowLayout {
    id: footer

    required property string stats
    required property string modelName
    // What answered besides the model: "Fables 1.0".
    property string adapters: ""
    readonly property string author: modelName === "" || adapters === "" ? modelName : qsTr("%1 · %2").arg(modelName).arg(adapters)
    property bool finished: true
    property bool canCopy: true
    property bool canRetry: true
    property bool canResume: false
    property bool edited: false
    // What the place of a menu is given in.
    property Item menuPlace: footer
    property bool copied: false
    property int versionIndex: 1
    property int versionCount: 1

    signal copyRequested
    signal versionRequested(int step)
    signal compareRequested
    signal retryRequested
    signal resumeRequested
    signal moreRequested(real x, real y)

    spacing: Theme.space1
    Timer {
        id: feedback
        interval: Theme.feedback
        onTriggered: footer.copied = false
    }
    IconButton {
        objectName: "copyAnswerButton"
        Layout.leftMargin: -Theme.space2
        visible: footer.finished && footer.canCopy
        symbol: footer.copied ? "check" : "copy"
        label: footer.copied ? qsTr("Copied") : qsTr("Copy the answer")
        tint: footer.copied ? Theme.success : Theme.textFaint
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        onClicked: {
            footer.copyRequested();
            footer.copied = true;
            feedback.restart();
        }
    }
    IconButton {
        objectName: "retryButton"
        Layout.leftMargin: footer.canCopy ? 0 : -Theme.space2
        visible: footer.finished && footer.canRetry
        symbol: "retry"
        label: qsTr("Answer again")
        tint: Theme.textFaint
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        onClicked: footer.retryRequested()
    }
    IconButton {
        objectName: "resumeButton"
        Layout.leftMargin: footer.canCopy || footer.canRetry ? 0 : -Theme.space2
        visible: footer.finished && footer.canResume
        symbol: "play"
        label: qsTr("Continue the answer")
        shortcutText: Shortcuts.label("continueAnswer")
        tint: Theme.textFaint
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        onClicked: footer.resumeRequested()
    }
    IconButton {
        id: more
        objectName: "moreButton"
        visible: footer.finished
        symbol: "more"
        label: qsTr("More for the answer")
        tint: Theme.textFaint
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        onClicked: {
            const place = more.mapToItem(footer.menuPlace, 0, more.height);
            footer.moreRequested(place.x, place.y);
        }
    }
    RowLayout {
        objectName: "versions"
        visible: footer.finished && footer.versionCount > 1
        spacing: 0
        VersionSwitch {
            index: footer.versionIndex
            total: footer.versionCount
            onRequested: step => footer.versionRequested(step)
        }
        IconButton {
            objectName: "compareVersions"
            symbol: "compare"
            label: qsTr("Show the answers side by side")
            tint: Theme.textFaint
            size: Theme.controlSmall
            iconSize: Theme.iconSmall
            onClicked: footer.compareRequested()
        }
    }
    Text {
        objectName: "editedMark"
        Layout.leftMargin: Theme.space1
        visible: footer.edited
        text: qsTr("Edited")
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    Text {
        objectName: "statsText"
        Layout.fillWidth: true
        Layout.leftMargin: footer.finished ? Theme.space1 : 0
        text: footer.author === "" || footer.stats === "" ? footer.stats : qsTr("%1 · %2").arg(footer.author).arg(footer.stats)
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        elide: Text.ElideRight
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: text
        Accessible.ignored: text === ""
    }
}
