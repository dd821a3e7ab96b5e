pragma Singleton
import QtQuick
import Hearth.Ui

// What lists write above their sections. Made here and not in the list: ListView (Qt 6.4) looks for the word "section" in the scope where
// the delegate was written, finds its own group of that name there, and leaves the heading as it was when a row moves to another section.
QtObject {
    readonly property Component heading: ListHeading {}
}
