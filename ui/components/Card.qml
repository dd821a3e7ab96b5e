import QtQuick
import Hearth.Ui

// A framed surface; `tone` colours notices and errors.
Rectangle {
    property string tone: "plain"

    radius: Theme.radiusLarge
    color: tone === "danger" ? Theme.dangerSoft : tone === "warning" ? Theme.warningSoft : tone === "accent" ? Theme.accentSoft : Theme.surface
    border.width: tone === "plain" ? 1 : 0
    border.color: Theme.border
}
