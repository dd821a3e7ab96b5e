import QtQuick
import Hearth.Ui

// The icon of an adapter's domain on a breath of its colour.
Rectangle {
    id: mark

    required property string domain
    property int size: Theme.control

    implicitWidth: size
    implicitHeight: size
    radius: Theme.radius
    color: Theme.domainSoft(domain)
    Accessible.ignored: true

    Icon {
        anchors.centerIn: parent
        symbol: "domain-" + (Theme.domainTones[mark.domain] === undefined ? "own" : mark.domain)
        size: mark.size > Theme.control - Theme.space1 ? Theme.icon : Theme.iconSmall
        color: Theme.domainTone(mark.domain)
    }
}
