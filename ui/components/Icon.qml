import QtQuick
import QtQuick.Controls.impl
import Hearth.Ui

// One of our own stroke icons, tinted. Decoration only: the control around it carries the accessible name.
IconImage {
    required property string symbol
    property int size: Theme.icon

    source: symbol === "" ? "" : Theme.iconSource(symbol)
    sourceSize: Qt.size(size, size)
    width: size
    height: size
    color: Theme.textMuted
    Accessible.ignored: true
}
