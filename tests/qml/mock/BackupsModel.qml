import QtQml

// Two backups, of which the older one is damaged.
QtObject {
    property var items: [
        {
            file: "/home/anna/.local/share/hearth/backups/hearth-20261126.db",
            time: "26 Nov 2026 09:12",
            about: "12 chats · 1.3 MB",
            damaged: false
        },
        {
            file: "/home/anna/.local/share/hearth/backups/hearth-20261125.db",
            time: "25 Nov 2026 08:40",
            about: "damaged · 1.2 MB",
            damaged: true
        }
    ]
    property bool known: true
    property bool busy: false
    property int refreshes: 0
    property string restoredFile: ""

    function refresh() {
        refreshes += 1;
    }
    function restore(file: string) {
        restoredFile = file;
    }
}
