import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// "< 2 / 3 >": the other versions of a message.
RowLayout {
    id: versions

    required property int index
    required property int total
    property bool question: false

    signal requested(int step)

    visible: total > 1
    spacing: 0

    IconButton {
        objectName: "previousVersion"
        symbol: "chevron-left"
        label: versions.question ? qsTr("Previous version of the question") : qsTr("Previous answer")
        tint: Theme.textFaint
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        enabled: versions.index > 1
        onClicked: versions.requested(-1)
    }
    Text {
        objectName: "versionText"
        text: qsTr("%1 / %2").arg(versions.index).arg(versions.total)
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        textFormat: Text.PlainText
        Accessible.role: Accessible.StaticText
        Accessible.name: versions.question ? qsTr("Question %1 of %2").arg(versions.index).arg(versions.total) : qsTr("Answer %1 of %2").arg(versions.index).arg(versions.total)
    }
    IconButton {
        objectName: "nextVersion"
        symbol: "chevron-right"
        label: versions.question ? qsTr("Next version of the question") : qsTr("Next answer")
        tint: Theme.textFaint
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        enabled: versions.index < versions.total
        onClicked: versions.requested(1)
    }
}
