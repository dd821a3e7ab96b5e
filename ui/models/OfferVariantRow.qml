pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// One way to download a model: size, where it would run, and the button.
Column {
    id: row

    required property int index
    required property string name
    required property string sizeText
    required property string fitText
    required property string fitTone
    required property var fitNumbers
    required property bool recommended
    required property string status
    required property string stateText
    required property real fraction
    required property string problem
    required property bool canDownload
    required property var installedId
    required property var downloadId
    property string modelName: ""
    property bool numbersOpen: false
    readonly property bool going: downloadId !== 0

    signal downloadRequested
    signal useRequested
    signal downloadsRequested

    spacing: Theme.space1
    topPadding: Theme.space2
    bottomPadding: Theme.space2
    Accessible.role: Accessible.ListItem
    Accessible.name: [row.name, row.sizeText, row.recommended ? qsTr("recommended") : "", row.fitText, row.stateText].filter(part => part !== "").join(", ")

    Rectangle {
        width: parent.width
        height: 1
        visible: row.index > 0
        color: Theme.border
    }
    Item {
        readonly property bool stacked: width - buttons.width - Theme.space3 < Theme.fieldWidth * 1.2
        width: parent.width
        height: stacked ? texts.height + Theme.space1 + buttons.height : Math.max(texts.height, buttons.height)
        Column {
            id: texts
            width: parent.stacked ? parent.width : parent.width - buttons.width - Theme.space3
            anchors.verticalCenter: parent.stacked ? undefined : parent.verticalCenter
            Flow {
                width: parent.width
                spacing: Theme.space2
                Text {
                    width: Math.min(implicitWidth, parent.width)
                    text: row.name
                    color: Theme.text
                    font.pixelSize: Theme.fontUi
                    font.weight: Theme.fontMedium
                    elide: Text.ElideMiddle
                    textFormat: Text.PlainText
                }
                Text {
                    text: row.sizeText
                    visible: text !== ""
                    color: Theme.textMuted
                    font.pixelSize: Theme.fontUi
                    textFormat: Text.PlainText
                }
                Badge {
                    visible: row.recommended
                    text: qsTr("Recommended")
                    tone: "accent"
                }
            }
            FitLabel {
                x: -Theme.space2
                width: Math.min(implicitWidth, parent.width + Theme.space2)
                visible: row.fitText !== ""
                text: row.fitText
                tone: row.fitTone
                hasNumbers: row.fitNumbers.length > 0
                open: row.numbersOpen
                onClicked: row.numbersOpen = !row.numbersOpen
            }
            Text {
                objectName: "variantProblem"
                width: parent.width
                visible: text !== ""
                text: row.problem
                color: Theme.warning
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
        }
        Row {
            id: buttons
            x: parent.stacked ? 0 : parent.width - width
            y: parent.stacked ? texts.height + Theme.space1 : (parent.height - height) / 2
            spacing: Theme.space2
            Column {
                visible: row.stateText !== ""
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.space1
                Text {
                    objectName: "variantState"
                    text: row.stateText
                    color: row.status === "installed" ? Theme.success : row.status === "failed" ? Theme.danger : Theme.textMuted
                    font.pixelSize: Theme.fontSmall
                    textFormat: Text.PlainText
                }
                AppProgressBar {
                    width: Theme.fieldWidth / 2
                    visible: row.going
                    label: row.stateText
                    value: row.fraction
                    quiet: row.status !== "running" && row.status !== "verifying"
                }
            }
            AppButton {
                objectName: "variantDownload"
                visible: !row.going && row.status !== "installed"
                enabled: row.canDownload
                text: qsTr("Download")
                symbol: "download"
                Accessible.name: qsTr("Download %1 %2, %3").arg(row.modelName).arg(row.name).arg(row.sizeText)
                onClicked: row.downloadRequested()
            }
            AppButton {
                objectName: "variantUse"
                visible: row.status === "installed"
                text: qsTr("Use")
                Accessible.name: qsTr("Use %1 %2").arg(row.modelName).arg(row.name)
                onClicked: row.useRequested()
            }
            AppButton {
                objectName: "variantToDownloads"
                visible: row.going
                text: qsTr("Downloads")
                quiet: true
                onClicked: row.downloadsRequested()
            }
        }
    }
    FitNumbers {
        width: parent.width
        visible: row.numbersOpen && row.fitNumbers.length > 0
        numbers: row.fitNumbers
    }
}
