import QtQuick
import Hearth.Ui

RichBlock {
    required property string html

    markup: html
}
