pragma ComponentBehavior: Bound
import QtQuick
import Hearth.App
import Hearth.Ui

// The endpoints in their order: a switch for each, and buttons to move it.
Column {
    id: list

    required property NetworkSettingsModel network

    // The rows are made again by a change; the focus stays with the endpoint that was moved.
    function move(name: string, step: int) {
        network.moveEndpoint(name, step);
        focusOn(name, step < 0 ? "up" : "down");
    }
    function focusOn(name: string, part: string) {
        for (let i = 0; i < rows.count; ++i) {
            const row = rows.itemAt(i) as EndpointRow;
            if (row && row.modelData.name === name)
                row.take(part);
        }
    }

    spacing: Theme.space2
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Endpoints")

    Repeater {
        id: rows
        model: list.network.endpoints
        EndpointRow {
            width: list.width
            last: index === rows.count - 1
            onMoved: step => list.move(modelData.name, step)
            onSwitched: on => {
                const name = modelData.name;
                list.network.setEndpointOn(name, on);
                list.focusOn(name, "switch");
            }
        }
    }
}
