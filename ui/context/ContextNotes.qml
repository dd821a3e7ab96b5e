pragma Singleton
import QtQml

// What the model does not read any more, where every message of a conversation finds it.
QtObject {
    property var firstRead: 0
    property int unread: 0
    property string summary: ""
}
