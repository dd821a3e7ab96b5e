import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// The adapters on this computer, one card each.
// No bound components here: ListView of Qt 6.4 makes header and footer in a context of their own.
FocusScope {
    id: view

    required property AppViewModel app
    required property int columnWidth

    signal editRequested(var adapter)
    signal mergeRequested(var adapter)
    signal removeRequested(var adapter)
    signal importRequested
    signal hubRequested

    function focusFirst() {
        list.forceLayout();
        const card = list.itemAtIndex(0) as AdapterCard;
        if (card)
            card.focusTitle();
        else
            importFirst.forceActiveFocus(Qt.ShortcutFocusReason);
    }
    function scrollPage(down: bool) {
        const high = Math.max(list.originY, list.originY + list.contentHeight - list.height);
        list.contentY = Math.max(list.originY, Math.min(high, list.contentY + (down ? 1 : -1) * list.height * 0.8));
    }

    ListView {
        id: list
        objectName: "adapterList"
        anchors.fill: parent
        model: view.app.adapters.list
        currentIndex: -1
        clip: true
        spacing: Theme.space3
        cacheBuffer: Theme.cacheBuffer
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: AppScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Adapters on this computer")
        header: Item {
            width: list.width
            height: lead.height + Theme.space5 + Theme.space3
            onHeightChanged: if (list.contentY <= 0) Qt.callLater(list.positionViewAtBeginning) // where it would not move by itself
            Text {
                id: lead
                y: Theme.space5
                anchors.horizontalCenter: parent.horizontalCenter
                width: view.columnWidth
                visible: list.count > 0
                text: qsTr("An adapter adds knowledge or a style to a model that it was made for. Switch adapters on in the header of a chat; several work together.")
                color: Theme.textMuted
                font.pixelSize: Theme.fontSmall
                wrapMode: Text.Wrap
                textFormat: Text.PlainText
            }
        }
        footer: Item {
            width: list.width
            height: Theme.space6
        }
        delegate: AdapterCard {
            x: (list.width - width) / 2
            width: view.columnWidth
            onEditRequested: adapter => view.editRequested(adapter)
            onMergeRequested: adapter => view.mergeRequested(adapter)
            onRemoveRequested: adapter => view.removeRequested(adapter)
        }
        WheelScroller {
            view: list
        }
        FocusKeeper {
            view: list
        }
    }
    ColumnLayout {
        anchors.centerIn: parent
        width: Math.min(Theme.dialogWidth, view.columnWidth)
        visible: list.count === 0
        spacing: Theme.space3
        Icon {
            Layout.alignment: Qt.AlignHCenter
            symbol: "adapters"
            size: Theme.iconLarge
            color: Theme.accent
        }
        Text {
            Layout.fillWidth: true
            text: qsTr("No adapters yet")
            color: Theme.text
            font.pixelSize: Theme.fontTitle
            font.weight: Theme.fontBold
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Text {
            Layout.fillWidth: true
            text: qsTr("An adapter (LoRA) adds knowledge or a style to a model that it was made for: medicine, law, a way of writing. Import one, drop it onto the window, or look for one on the hub.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontUi
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Flow {
            Layout.alignment: Qt.AlignHCenter
            spacing: Theme.space2
            AppButton {
                id: importFirst
                objectName: "importFirst"
                text: qsTr("Import a file…")
                symbol: "import"
                onClicked: view.importRequested()
            }
            AppButton {
                objectName: "findFirst"
                text: qsTr("Get adapters")
                symbol: "search"
                onClicked: view.hubRequested()
            }
        }
    }
}
