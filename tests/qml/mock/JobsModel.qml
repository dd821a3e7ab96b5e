import Hearth.Mock

MockRows {
    id: mock

    property var calls: []

    function cancel(id: var) {
        calls = calls.concat([["cancel", id]]);
    }
    function dismiss(id: var) {
        calls = calls.concat([["dismiss", id]]);
    }

    defaults: ({
            jobId: 0,
            title: "Verifying Ember",
            status: "running",
            stateText: "37%",
            fraction: 0.37,
            cause: "",
            nextStep: "",
            detail: ""
        })
}
