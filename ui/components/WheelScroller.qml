import QtQuick
import Hearth.Ui

// Desktop wheel scrolling for a Flickable: a fixed distance per notch, eased, instead of a flick with inertia.
WheelHandler {
    id: wheel

    required property Flickable view
    property bool horizontal: false
    property int notch: Theme.space12 * 2
    signal scrolled
    signal settled

    readonly property real limit: horizontal ? Math.max(0, view.contentWidth - view.width) : Math.max(view.originY, view.originY + view.contentHeight + view.bottomMargin - view.height)

    orientation: horizontal ? Qt.Horizontal : Qt.Vertical
    acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
    target: null

    onWheel: event => {
        const pixels = horizontal ? event.pixelDelta.x : event.pixelDelta.y;
        const angle = horizontal ? event.angleDelta.x : event.angleDelta.y;
        const delta = pixels !== 0 ? pixels : angle / 120 * notch;
        const from = glide.running ? glide.to : horizontal ? view.contentX : view.contentY;
        const low = horizontal ? view.originX : view.originY;
        const goal = Math.max(low, Math.min(limit, from - delta));
        glide.stop();
        scrolled();
        if (pixels !== 0 || Theme.durationFast === 0) {
            horizontal ? view.contentX = goal : view.contentY = goal;
            settled();
            return;
        }
        glide.to = goal;
        glide.start();
    }

    property NumberAnimation glide: NumberAnimation {
        target: wheel.view
        property: wheel.horizontal ? "contentX" : "contentY"
        duration: Theme.durationFast
        easing.type: Easing.OutCubic
        onFinished: wheel.settled()
    }
}
