import QtQml

// As the real one; changes are kept in memory only.
QtObject {
    property string theme: "light"
    property bool dark: theme === "dark" || theme === "contrast"
    property string shortcutKeys: ""
    property string language: "en"
    property bool reducedMotion: false
    property bool wrapCode: false
    property int fontPercent: 100
    property real temperature: 0.7
    property real topP: 0.9
    property int topK: 40
    property real minP: 0
    property real repeatPenalty: 1
    property string systemPrompt: ""
    property int maxTokens: 1024
    property string contextPolicy: "drop"
    property int threads: 0
    property bool background: false
    property int contextLength: 0
    property string device: "auto"
    property var devices: [
        {
            value: "auto",
            text: "Automatic",
            usable: true,
            reason: "At present: Processor (AVX2, 2 threads)"
        },
        {
            value: "cpu",
            text: "Processor (AVX2, 2 threads)",
            usable: true,
            reason: "8.0 GB of 16.0 GB free."
        },
        {
            value: "cuda:0",
            text: "NVIDIA GPU",
            usable: false,
            reason: "This version of Hearth cannot use it yet."
        },
        {
            value: "vulkan:0",
            text: "Odd GPU",
            usable: false,
            reason: "It failed its test, so it is not used (3 of 300 checks failed)."
        },
        {
            value: "vulkan:1",
            text: "Small GPU",
            usable: true,
            reason: "3.0 GB of 4.0 GB free. Tested."
        }
    ]
    property string contextCost: ""
    property bool contextCostWarning: false
    property string lastModelPath: ""
    property bool notifications: true
    property bool tray: false
    property bool trayPossible: true

    function resetSampling() {
        temperature = 0.7;
        topP = 0.9;
        topK = 40;
        minP = 0;
        repeatPenalty = 1;
    }
}
