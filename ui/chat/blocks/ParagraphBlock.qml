import QtQuick
import Hearth.Ui

RichBlock {
    required property string html

    markup: "<p style='margin:0'>" + html + "</p>"
}
