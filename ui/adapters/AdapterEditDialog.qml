pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Hearth.App
import Hearth.Ui

// What people call an adapter, what it is about, and its terms.
AppDialog {
    id: dialog

    required property AdaptersViewModel adapters
    property var adapterId: 0
    property string domain: "own"

    function edit(adapter: var) {
        adapterId = adapter.adapterId;
        nameField.text = adapter.name;
        domain = adapter.domain;
        descriptionField.text = adapter.description;
        licenceField.text = adapter.licence;
        open();
    }
    function accept() {
        if (nameField.text.trim() === "")
            return;
        adapters.update(adapterId, nameField.text, domain, descriptionField.text, licenceField.text);
        close();
    }

    heading: qsTr("Edit the adapter")
    onOpened: nameField.forceActiveFocus(Qt.PopupFocusReason)

    ColumnLayout {
        width: parent.width
        spacing: Theme.space2
        Caption {
            text: qsTr("Name")
        }
        AppTextField {
            id: nameField
            objectName: "adapterNameField"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Name")
            maximumLength: 200
            onAccepted: dialog.accept()
        }
        Caption {
            text: qsTr("Domain")
        }
        OptionBox {
            objectName: "adapterDomainField"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Domain")
            options: dialog.adapters.domains
            value: dialog.domain
            onChosen: value => dialog.domain = value
        }
        Caption {
            text: qsTr("Description")
        }
        AppTextField {
            id: descriptionField
            objectName: "adapterDescriptionField"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Description")
            maximumLength: 2000
            onAccepted: dialog.accept()
        }
        Caption {
            text: qsTr("Licence")
        }
        AppTextField {
            id: licenceField
            objectName: "adapterLicenceField"
            Layout.fillWidth: true
            Layout.leftMargin: Theme.space6
            Layout.rightMargin: Theme.space6
            label: qsTr("Licence")
            maximumLength: 200
            onAccepted: dialog.accept()
        }
        DialogButtons {
            Layout.topMargin: Theme.space3
            AppButton {
                text: qsTr("Cancel")
                onClicked: dialog.close()
            }
            AppButton {
                objectName: "saveAdapter"
                text: qsTr("Save")
                primary: true
                enabled: nameField.text.trim() !== ""
                onClicked: dialog.accept()
            }
        }
    }

    component Caption: Text {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.space6
        Layout.rightMargin: Theme.space6
        color: Theme.textMuted
        font.pixelSize: Theme.fontSmall
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        Accessible.ignored: true
    }
}
