pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// The queue of downloads, in its order; finished ones last.
PageScroll {
    id: tab

    required property ModelsViewModel models
    readonly property DownloadsModel downloads: models.downloads

    signal folderRequested(var downloadId)
    signal useRequested(var downloadId)

    function focusFirst(): bool {
        for (const button of [pauseAll, resumeAll, clear]) {
            if (button.visible) {
                button.forceActiveFocus(Qt.ShortcutFocusReason);
                return true;
            }
        }
        return false;
    }
    function act(what: string, id: var) {
        switch (what) {
        case "pause":
            return downloads.pause(id);
        case "resume":
            return downloads.resume(id);
        case "remove":
            return downloads.remove(id);
        case "up":
            return downloads.move(id, -1);
        case "down":
            return downloads.move(id, 1);
        case "use":
            return useRequested(id);
        case "folder":
            return folderRequested(id);
        }
    }

    spacing: Theme.space3
    Flow {
        width: parent.width
        spacing: Theme.space2
        visible: tab.downloads.count > 0
        AppButton {
            id: pauseAll
            objectName: "pauseAll"
            visible: tab.downloads.activeCount > 0
            text: qsTr("Pause all")
            symbol: "pause"
            onClicked: tab.downloads.pauseAll()
        }
        AppButton {
            id: resumeAll
            objectName: "resumeAll"
            visible: tab.downloads.heldCount > 0
            text: qsTr("Resume all")
            symbol: "play"
            onClicked: tab.downloads.resumeAll()
        }
        AppButton {
            id: clear
            objectName: "clearFinished"
            visible: tab.downloads.finishedCount > 0
            text: qsTr("Clear finished")
            onClicked: tab.downloads.removeFinished()
        }
        Text {
            objectName: "downloadSummary"
            height: Theme.control
            leftPadding: Theme.space2
            visible: text !== ""
            text: tab.downloads.summary
            color: Theme.textMuted
            font.pixelSize: Theme.fontSmall
            verticalAlignment: Text.AlignVCenter
            textFormat: Text.PlainText
        }
    }
    Repeater {
        model: tab.downloads
        delegate: DownloadCard {
            objectName: "download"
            width: tab.columnWidth
            onWanted: what => tab.act(what, downloadId)
        }
    }
    EmptyNote {
        objectName: "noDownloads"
        width: parent.width
        visible: tab.downloads.count === 0
        symbol: "download"
        heading: qsTr("Nothing is being downloaded")
        text: qsTr("Choose a model under Discover. Downloads go on after a pause, a lost connection and a restart.")
    }
}
