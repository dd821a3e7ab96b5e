import QtQuick
import QtQuick.Layouts
import Hearth.Ui

// The buttons at the foot of a dialog: at its right, in more than one line where they do not fit beside each other.
Flow {
    id: buttons

    readonly property real wanted: {
        let sum = -spacing;
        for (let i = 0; i < children.length; ++i)
            sum += children[i].visible ? children[i].implicitWidth + spacing : 0;
        return Math.ceil(sum);
    }

    Layout.alignment: Qt.AlignRight
    Layout.preferredWidth: parent ? Math.min(wanted, parent.width - Theme.space6 * 2) : wanted
    Layout.leftMargin: Theme.space6
    Layout.rightMargin: Theme.space6
    Layout.bottomMargin: Theme.space6
    spacing: Theme.space2
}
