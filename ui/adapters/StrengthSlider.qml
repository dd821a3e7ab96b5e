import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.Ui

// How much of an adapter: from nothing to twice as much, with the way it was made for in the middle. A double click goes back there.
RowLayout {
    id: strength

    required property string adapterName
    required property real value
    required property string valueText
    readonly property bool changed: Math.abs(value - 1) > 0.001

    signal moved(real value)

    spacing: Theme.space2
    AppSlider {
        id: slider
        objectName: "strengthSlider"
        Layout.fillWidth: true
        implicitHeight: Theme.controlSmall
        label: qsTr("Strength of %1: %2").arg(strength.adapterName).arg(strength.valueText)
        from: 0
        to: 2
        stepSize: 0.05
        snapMode: Slider.SnapAlways
        value: strength.value
        onMoved: strength.moved(value)
        // The slider takes every press, so that a TapHandler would not see two of them as one.
        PointHandler {
            property double last: 0
            property bool twice: false
            onActiveChanged: {
                if (active) {
                    twice = Date.now() - last < Application.styleHints.mouseDoubleClickInterval;
                    last = Date.now();
                } else if (twice) {
                    Qt.callLater(strength.moved, 1);
                }
            }
        }
        Rectangle {
            x: (slider.width - width) / 2
            y: (slider.height - height) / 2
            z: -1
            width: Theme.focusWidth
            height: Theme.space3
            radius: 1
            color: Theme.track
        }
    }
    Text {
        objectName: "strengthText"
        Layout.preferredWidth: Theme.valueWidth - Theme.space2
        text: strength.valueText
        color: strength.value > 0 ? Theme.text : Theme.textFaint
        font.pixelSize: Theme.fontSmall
        horizontalAlignment: Text.AlignRight
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
    IconButton {
        objectName: "resetStrength"
        opacity: strength.changed ? 1 : 0
        enabled: strength.changed
        symbol: "undo"
        label: qsTr("Strength of %1 back to 1").arg(strength.adapterName)
        size: Theme.controlSmall
        iconSize: Theme.iconSmall
        onClicked: strength.moved(1)
    }
}
