import Hearth.Mock

MockRows {
    id: mock

    property string title: "Qwen3 30B · F16"
    property string sizeText: "61.1 GB"
    property bool requantises: false
    property string freeText: "120 GB are free on the disk."
    property bool busy: false
    property string cause: ""
    property string nextStep: ""
    property var calls: []

    function show(variantId: var) {
        calls = calls.concat([["show", variantId]]);
    }
    function make(type: string) {
        calls = calls.concat([["make", type]]);
    }

    defaults: ({
            type: "Q4_K_M",
            sizeText: "18.6 GB",
            bitsText: "4.8 bits per weight",
            quality: 4,
            qualityText: "Hardly worse",
            problem: ""
        })
}
