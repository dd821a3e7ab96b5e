import QtQml

QtObject {
    property bool own: false
    property real number: 0
    property string text: ""
}
