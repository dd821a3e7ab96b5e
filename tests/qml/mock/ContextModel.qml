import QtQml

// As the real one, with whatever numbers the tests put in.
QtObject {
    property string draftText: ""
    property bool known: false
    property int percent: 0
    property string text: known ? "Context " + percent + " % full" : ""
    property string warning: ""
    property var numbers: []
    property string policy: "drop"
    property int unread: 0
    property var firstRead: 0
    property string summary: ""
}
