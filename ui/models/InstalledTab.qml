pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// Models on this computer: disk use, work that is going on, and a row for each variant.
PageScroll {
    id: tab

    required property ModelsViewModel models

    signal wanted(string what, var variantId, string name)
    signal importRequested
    signal discoverRequested

    function focusFirst(): bool {
        importButton.forceActiveFocus(Qt.ShortcutFocusReason);
        return true;
    }

    spacing: Theme.space3
    Item {
        width: parent.width
        height: importRow.stacked ? usage.height + Theme.space3 + importRow.height : Math.max(usage.height, importRow.height)
        UsageBar {
            id: usage
            width: importRow.stacked ? parent.width : parent.width - importRow.width - Theme.space6
            anchors.verticalCenter: importRow.stacked ? undefined : parent.verticalCenter
            models: tab.models
        }
        Row {
            id: importRow
            readonly property bool stacked: parent.width - width < Theme.fieldWidth * 1.6
            x: stacked ? 0 : parent.width - width
            y: stacked ? usage.height + Theme.space3 : 0
            spacing: Theme.space2
            AppButton {
                id: importButton
                objectName: "importButton"
                text: qsTr("Import…")
                symbol: "import"
                onClicked: tab.importRequested()
            }
        }
    }
    Repeater {
        model: tab.models.jobs
        delegate: JobCard {
            width: tab.columnWidth
            onCancelRequested: tab.models.jobs.cancel(jobId)
            onDismissRequested: tab.models.jobs.dismiss(jobId)
        }
    }
    Repeater {
        model: tab.models.installed
        delegate: InstalledRow {
            objectName: "installedRow"
            width: tab.columnWidth
            onWanted: what => tab.wanted(what, variantId, fullName)
        }
    }
    EmptyNote {
        objectName: "noModels"
        width: parent.width
        visible: tab.models.ready && tab.models.installed.count === 0
        symbol: "models"
        heading: qsTr("No models yet")
        text: qsTr("Download one under Discover, or import a file.")
    }
}
