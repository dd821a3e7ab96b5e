pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// How many tokens the draft has, and how full the context is. A click tells what with, and what happens when it is full.
AbstractButton {
    id: gauge

    required property AppViewModel app
    readonly property ContextModel context: app.context
    readonly property bool warns: context.warning !== ""

    signal sizeRequested

    objectName: "contextGauge"
    visible: context.known || context.draftText !== ""
    enabled: context.known
    padding: Theme.space1
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Button
    Accessible.name: !context.known ? context.draftText : context.draftText === "" ? context.text : qsTr("%1. Your message: %2").arg(context.text).arg(context.draftText)
    Accessible.description: warns ? context.warning : qsTr("Opens what the context is filled with")
    Accessible.onPressAction: gauge.clicked()
    onClicked: panel.visible ? panel.close() : panel.open()
    Keys.onReturnPressed: panel.visible ? panel.close() : panel.open()
    Keys.onEnterPressed: panel.visible ? panel.close() : panel.open()

    Binding {
        target: ContextNotes
        property: "firstRead"
        value: gauge.context.firstRead
    }
    Binding {
        target: ContextNotes
        property: "unread"
        value: gauge.context.unread
    }
    Binding {
        target: ContextNotes
        property: "summary"
        value: gauge.context.summary
    }
    contentItem: RowLayout {
        spacing: Theme.space2
        Text {
            objectName: "draftTokens"
            visible: text !== ""
            text: gauge.context.draftText
            color: Theme.textFaint
            font.pixelSize: Theme.fontCaption
            textFormat: Text.PlainText
        }
        Rectangle {
            visible: gauge.context.known
            implicitWidth: Theme.space8
            implicitHeight: Theme.space1
            radius: height / 2
            color: Theme.track
            Rectangle {
                objectName: "contextLevel"
                width: Math.max(parent.height, parent.width * gauge.context.percent / 100)
                height: parent.height
                radius: height / 2
                color: gauge.warns ? Theme.warning : Theme.textFaint
            }
        }
        Text {
            objectName: "contextPercent"
            visible: gauge.context.known
            text: qsTr("%1 %").arg(gauge.context.percent)
            color: gauge.warns ? Theme.warning : Theme.textFaint
            font.pixelSize: Theme.fontCaption
            font.weight: gauge.warns ? Theme.fontBold : Font.Normal
            textFormat: Text.PlainText
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: gauge.down || panel.visible ? Theme.pressed : gauge.hovered ? Theme.hover : "transparent"
        FocusRing {
            shown: gauge.visualFocus
        }
    }
    AppToolTip {
        visible: gauge.hovered && !panel.visible
        text: gauge.warns ? qsTr("%1. %2").arg(gauge.context.text).arg(gauge.context.warning) : gauge.context.text
    }
    ContextPanel {
        id: panel
        context: gauge.context
        x: gauge.width - width
        y: -height - Theme.space1
        onSizeRequested: gauge.sizeRequested()
    }
}
