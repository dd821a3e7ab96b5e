pragma ComponentBehavior: Bound
import QtQuick
import Hearth.Ui

// All keys of the window, from the same table that the shortcuts are made from.
AppDialog {
    id: sheet

    readonly property bool wide: width >= Theme.settingsWidth
    // Where the second column begins so that the longer one is as short as can be; a heading counts as two rows.
    readonly property var columns: {
        const groups = Shortcuts.groups;
        const rows = list => list.reduce((sum, group) => sum + group[1].length + 2, 0);
        const longer = at => Math.max(rows(groups.slice(0, at)), rows(groups.slice(at)));
        let split = groups.length;
        for (let i = 1; wide && i < groups.length; ++i)
            split = longer(i) < longer(split) ? i : split;
        return wide ? [groups.slice(0, split), groups.slice(split)] : [groups];
    }

    objectName: "shortcutSheet"
    heading: qsTr("Keyboard shortcuts")
    maximumWidth: Theme.sheetWidth
    view.activeFocusOnTab: true
    view.Accessible.role: Accessible.Pane
    view.Accessible.name: heading
    view.Keys.onUpPressed: view.contentY = Math.max(0, view.contentY - Theme.space12)
    view.Keys.onDownPressed: view.contentY = Math.max(0, Math.min(view.contentHeight - view.height, view.contentY + Theme.space12))
    onOpened: view.forceActiveFocus(Qt.PopupFocusReason)

    ShortcutRecorder {
        id: recorder
    }
    Column {
        x: Theme.space6
        width: parent.width - Theme.space6 * 2
        bottomPadding: Theme.space6
        spacing: Theme.space5
        Text {
            width: parent.width
            text: qsTr("Click keys to change them.")
            color: Theme.textMuted
            font.pixelSize: Theme.fontSmall
            wrapMode: Text.Wrap
            textFormat: Text.PlainText
        }
        Row {
            id: row
            width: parent.width
            spacing: Theme.space10
            Repeater {
                model: sheet.visible ? sheet.columns : []
                Column {
                    id: side
                    required property var modelData
                    width: (row.width - (sheet.columns.length - 1) * row.spacing) / sheet.columns.length
                    spacing: Theme.space5
                    Repeater {
                        model: side.modelData
                        ShortcutGroup {
                            required property var modelData
                            width: side.width
                            heading: modelData[0]
                            actions: modelData[1]
                            onChangeRequested: action => recorder.ask(action)
                        }
                    }
                }
            }
        }
        AppButton {
            objectName: "resetAllKeys"
            text: qsTr("Reset all keys")
            symbol: "undo"
            visible: Shortcuts.stored !== ""
            onClicked: Shortcuts.resetAll()
        }
    }
}
