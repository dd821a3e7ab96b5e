import QtQml

// As the real one; every call is recorded in `calls`.
QtObject {
    property bool wanted: false
    property string language: "en"
    property string checkState: "none"
    property string checkText: ""
    property string checkNextStep: ""
    property string summary: ""
    property var recommended: ({})
    property var calls: []

    function begin() {
        wanted = false;
        calls = calls.concat(["begin"]);
    }
    function finish() {
        calls = calls.concat(["finish"]);
    }
    function checkDevice() {
        calls = calls.concat(["checkDevice"]);
        checkState = "running";
        checkText = "Testing Small GPU. This takes a few seconds.";
    }
    function cancelCheck() {
        calls = calls.concat(["cancelCheck"]);
        checkState = "stopped";
        checkText = "The test was stopped. The device is tested before its first use.";
    }
    function download() {
        calls = calls.concat(["download"]);
    }
    function pass() {
        checkState = "passed";
        checkText = "Small GPU works.";
        summary = "Answers are computed by Small GPU. 3.0 GB of its 4.0 GB of memory are free. Models of up to about 14.1 GB fit on this computer.";
    }
    function fail() {
        checkState = "failed";
        checkText = "Odd GPU cannot be used: 3 of 300 checks failed.";
        checkNextStep = "The processor computes instead. A newer driver often helps; after installing one the device is tested again.";
        summary = "Answers are computed by Processor (AVX2, 2 threads). 8.0 GB of its 16.0 GB of memory are free.";
    }
    function recommend() {
        recommended = {entryId: "catalogue:olmoe", variant: "Q4_K_M", name: "OLMoE-1B-7B-Instruct", goodAt: "Small and open in every part: weights, data and code.", sizeText: "4.2 GB", qualityText: "A little worse", fitText: "Runs on the GPU, about 60 tokens/s", fitTone: "good"};
    }
}
