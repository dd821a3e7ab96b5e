pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// A rule, new or changed. What is wrong with it is said while it is typed.
AppDialog {
    id: dialog

    required property PolicyModel policy
    property int index: -1
    property string kind: "words"
    property string place: "both"
    property string action: "mark"
    property string text: ""
    readonly property var rule: ({
            name: nameField.text,
            kind: kind,
            text: text,
            place: place,
            action: action
        })
    readonly property string problem: opened ? policy.problem(rule) : ""
    // A dialog that was just opened does not complain.
    readonly property bool begun: nameField.text.trim() !== "" && text.trim() !== ""

    function edit(at: int, given: var) {
        index = at;
        nameField.text = given?.name ?? "";
        text = given?.text ?? "";
        kind = given?.kind ?? "words";
        place = given?.place ?? "both";
        action = given?.action ?? "mark";
        open();
    }
    function accept() {
        if (policy.save(index, rule))
            close();
    }

    objectName: "policyDialog"
    heading: index < 0 ? qsTr("New rule") : qsTr("Edit the rule")
    onOpened: nameField.forceActiveFocus(Qt.PopupFocusReason)

    ColumnLayout {
        width: parent.width
        spacing: Theme.space2
        AppTextField {
            id: nameField
            objectName: "ruleName"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Name of the rule")
            placeholderText: qsTr("Name of the rule")
            maximumLength: 100
        }
        Choice {
            objectName: "ruleKind"
            label: qsTr("What it looks for")
            value: dialog.kind
            options: [{value: "words", text: qsTr("Words")}, {value: "pattern", text: qsTr("Regular expression")}]
            onChosen: value => dialog.kind = value
        }
        AppTextArea {
            objectName: "ruleText"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: dialog.kind === "words" ? qsTr("Words, divided by commas or lines") : qsTr("Regular expression")
            mono: dialog.kind === "pattern"
            text: dialog.text
            onEdited: text => dialog.text = text
        }
        Caption {
            text: dialog.kind === "words" ? qsTr("Words, divided by commas or lines. Upper and lower case are the same; words of languages with spaces match whole.")
                                          : qsTr("A regular expression as in Perl. Upper and lower case are the same. It sees up to 1024 characters of one match.")
        }
        Choice {
            objectName: "rulePlace"
            label: qsTr("Where it looks")
            value: dialog.place
            options: [{value: "input", text: qsTr("Messages")}, {value: "output", text: qsTr("Answers")}, {value: "both", text: qsTr("Both")}]
            onChosen: value => dialog.place = value
        }
        Choice {
            objectName: "ruleAction"
            label: qsTr("What it does")
            value: dialog.action
            options: [{value: "mark", text: qsTr("Mark")}, {value: "block", text: qsTr("Block")}]
            onChosen: value => dialog.action = value
        }
        Caption {
            text: dialog.action === "mark" ? qsTr("What is found is coloured where it is shown.")
                                           : qsTr("A message is not sent and stays in its box. An answer stops before what was found.")
        }
        Caption {
            objectName: "ruleProblem"
            visible: text !== ""
            text: dialog.begun ? dialog.problem : ""
            color: Theme.danger
            Accessible.ignored: false
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
        DialogButtons {
            Layout.topMargin: Theme.space3
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "saveRule"
                text: qsTr("Save")
                primary: true
                enabled: dialog.problem === ""
                onClicked: dialog.accept()
            }
        }
    }

    component Caption: Text {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space6
        Layout.rightMargin: Theme.space6
        color: Theme.textMuted
        font.pixelSize: Theme.fontCaption
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
    component Choice: Segmented {
        Layout.leftMargin: Theme.space6
        Layout.rightMargin: Theme.space6
        maximumWidth: dialog.width - Theme.space6 * 2
    }
}
