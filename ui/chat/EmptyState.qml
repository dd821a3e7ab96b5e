pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// A chat without messages: a greeting, three suggestions that the model can handle, and the truth about the starter model.
Flickable {
    id: empty

    required property AppViewModel app

    signal suggested(string text)
    signal discoverRequested

    readonly property bool narrow: width < Theme.sidebarBreak - Theme.space12 * 3
    readonly property var suggestions: [
        {
            symbol: "book",
            heading: qsTr("A bedtime story"),
            prompt: qsTr("Tell me a short story about a little fox and the moon.")
        },
        empty.app.model.isStarter ? {
            symbol: "info",
            heading: qsTr("Get to know Hearth"),
            prompt: qsTr("How do I get a larger model?")
        } : {
            symbol: "sparkle",
            heading: qsTr("A small adventure"),
            prompt: qsTr("Tell me a story about a little boat.")
        },
        {
            symbol: "chat",
            heading: qsTr("Small talk"),
            prompt: qsTr("Hello! Who are you?")
        }
    ]

    contentHeight: Math.max(height, column.implicitHeight + Theme.space8)
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    ScrollBar.vertical: AppScrollBar {}
    WheelScroller {
        view: empty
    }

    ColumnLayout {
        id: column
        anchors.centerIn: parent
        width: Math.min(Theme.readingWidth, empty.width - Theme.space6 * 2)
        spacing: Theme.space2
        Image {
            Layout.alignment: Qt.AlignHCenter
            visible: empty.height > Theme.minimumHeight
            source: "qrc:/icons/hearth.svg"
            sourceSize: Qt.size(Theme.iconLarge, Theme.iconLarge)
            Accessible.ignored: true
        }
        Text {
            Layout.fillWidth: true
            Layout.topMargin: Theme.space2
            text: qsTr("What shall we talk about?")
            color: Theme.text
            font.pixelSize: Theme.fontHero
            font.weight: Theme.fontBold
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Text {
            Layout.fillWidth: true
            text: qsTr("Everything stays on this computer: no account, no network.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontBody
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        GridLayout {
            Layout.fillWidth: true
            Layout.topMargin: Theme.space6
            columns: empty.narrow ? 1 : 3
            columnSpacing: Theme.space3
            rowSpacing: Theme.space2
            Repeater {
                model: empty.suggestions
                SuggestionCard {
                    required property var modelData
                    required property int index
                    objectName: "suggestion" + index
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.preferredWidth: 1
                    symbol: modelData.symbol
                    heading: modelData.heading
                    prompt: modelData.prompt
                    onClicked: empty.suggested(prompt)
                }
            }
        }
        StarterNote {
            Layout.fillWidth: true
            Layout.topMargin: Theme.space4
            visible: empty.app.model.isStarter
            onDiscoverRequested: empty.discoverRequested()
        }
    }
}
