import QtQuick
import Hearth.Ui

RichBlock {
    required property string html
    required property int level

    markup: html
    font.pixelSize: Theme.headingSize(level)
    font.weight: Theme.fontBold
    topPadding: Theme.headingSpace(level)
    Accessible.role: Accessible.Heading
}
