import QtQuick
import Hearth.Ui

RichBlock {
    required property string html
    required property int level

    markup: html
    font.pixelSize: Theme.headingSize(level)
    font.weight: Theme.fontBold
    topPadding: level <= 2 ? Theme.space2 : Theme.space1
    Accessible.role: Accessible.Heading
}
