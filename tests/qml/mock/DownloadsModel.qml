import Hearth.Mock

MockRows {
    id: mock

    property int openCount: 0
    property int activeCount: 0
    property int heldCount: 0
    property int finishedCount: 0
    property real fraction: -1
    property string badge: ""
    property string summary: ""
    property var calls: []

    function record(call: var) {
        calls = calls.concat([call]);
    }
    function pause(id: var) {
        record(["pause", id]);
    }
    function resume(id: var) {
        record(["resume", id]);
    }
    function remove(id: var) {
        record(["remove", id]);
    }
    function move(id: var, step: int) {
        record(["move", id, step]);
    }
    function pauseAll() {
        record(["pauseAll"]);
    }
    function resumeAll() {
        record(["resumeAll"]);
    }
    function removeFinished() {
        record(["removeFinished"]);
    }

    defaults: ({
            downloadId: 0,
            title: "A model",
            variant: "Q4_K_M",
            adapter: false,
            status: "queued",
            stateText: "In the queue",
            fraction: 0,
            sizeText: "",
            speedText: "",
            timeText: "",
            endpoint: "",
            cause: "",
            nextStep: "",
            detail: "",
            canMoveUp: false,
            canMoveDown: false
        })
}
