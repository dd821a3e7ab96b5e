pragma Singleton
import QtQml

// The marks that rules of the person make, where every text of a conversation finds them.
QtObject {
    property var marks: []
}
