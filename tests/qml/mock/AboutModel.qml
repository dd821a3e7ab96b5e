import QtQml

// As the real one, with facts that never change.
QtObject {
    property string version: "0.2.0"
    property string commit: "0123456789ab"
    property var documents: ["changelog", "notices"]
    property string opened: ""

    function details(): string {
        return "hearth 0.2.0 (0123456789ab)\nbuild: Release, Linux x86_64, GNU 12.2.0\noptions: vulkan on, cuda off, window on\nlibraries: Qt 6.4.2, SQLite 3.40.1\nsystem: Debian GNU/Linux 12\ndevice cpu: A processor";
    }
    function documentPath(name: string): string {
        return "/usr/share/doc/hearth/" + name;
    }
    function openDocument(name: string) {
        opened = name;
    }
}
