pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// The types that make a model smaller, with size and expected quality; a click makes one in the background.
AppDialog {
    id: dialog

    required property ModelsViewModel models
    readonly property SmallerVariantsModel smaller: models.smaller

    signal started

    function ask(id: var) {
        smaller.show(id);
        open();
    }

    heading: qsTr("Make a smaller variant")
    maximumWidth: Theme.settingsWidth

    Column {
        x: Theme.space6
        width: parent.width - x * 2
        bottomPadding: Theme.space6
        spacing: Theme.space3
        Line {
            text: [dialog.smaller.title, dialog.smaller.sizeText, dialog.smaller.freeText].filter(part => part !== "").join(" · ")
        }
        Line {
            text: qsTr("The model stays as it is; the smaller one is made beside it. It needs less memory and answers faster, and loses some of its precision.")
        }
        Line {
            objectName: "requantiseNote"
            visible: dialog.smaller.requantises
            text: qsTr("This model was made smaller already. Making it smaller again loses more than starting from the original (F16) would.")
            color: Theme.warning
        }
        Row {
            visible: dialog.smaller.busy
            spacing: Theme.space2
            TypingDots {
                anchors.verticalCenter: parent.verticalCenter
            }
            Line {
                width: implicitWidth
                text: qsTr("Reading the file…")
            }
        }
        ErrorCard {
            width: parent.width
            visible: dialog.smaller.cause !== ""
            cause: dialog.smaller.cause
            nextStep: dialog.smaller.nextStep
        }
        Line {
            visible: !dialog.smaller.busy && dialog.smaller.cause === "" && dialog.smaller.count === 0
            text: qsTr("It cannot be made any smaller.")
        }
        Repeater {
            model: dialog.smaller
            delegate: Item {
                id: row
                required property string type
                required property string sizeText
                required property string bitsText
                required property int quality
                required property string qualityText
                required property string problem
                readonly property bool stacked: width - make.width < Theme.fieldWidth * 1.2
                objectName: "smallerRow"
                width: dialog.width - Theme.space6 * 2
                height: stacked ? texts.height + make.height + Theme.space3 : Math.max(texts.height, make.height) + Theme.space2
                Accessible.role: Accessible.ListItem
                Accessible.name: [row.type, row.sizeText, row.bitsText, row.qualityText, row.problem].filter(part => part !== "").join(", ")
                Column {
                    id: texts
                    width: row.stacked ? row.width : row.width - make.width - Theme.space3
                    anchors.verticalCenter: row.stacked ? undefined : parent.verticalCenter
                    spacing: Theme.focusWidth
                    Text {
                        width: parent.width
                        text: qsTr("%1 · %2").arg(row.type).arg(row.sizeText)
                        color: Theme.text
                        font.pixelSize: Theme.fontUi
                        font.weight: Theme.fontMedium
                        elide: Text.ElideRight
                        textFormat: Text.PlainText
                    }
                    Flow {
                        width: parent.width
                        spacing: Theme.space2
                        QualityDots {
                            quality: row.quality
                            height: words.implicitHeight
                            topPadding: (words.implicitHeight - Theme.dot) / 2
                        }
                        FlowText {
                            id: words
                            maximumWidth: texts.width
                            text: qsTr("%1 · %2").arg(row.qualityText).arg(row.bitsText)
                            color: Theme.textMuted
                            font.pixelSize: Theme.fontSmall
                        }
                    }
                    Line {
                        visible: row.problem !== ""
                        text: row.problem
                        color: Theme.warning
                    }
                }
                AppButton {
                    id: make
                    objectName: "make-" + row.type
                    x: row.stacked ? 0 : row.width - width
                    y: row.stacked ? texts.height + Theme.space1 : (row.height - height) / 2
                    enabled: row.problem === ""
                    text: qsTr("Make")
                    Accessible.name: qsTr("Make %1").arg(row.type)
                    onClicked: {
                        dialog.close();
                        dialog.smaller.make(row.type);
                        dialog.started();
                    }
                }
            }
        }
    }

    component Line: Text {
        width: parent.width
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
    }
}
