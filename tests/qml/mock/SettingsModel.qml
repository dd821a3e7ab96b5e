import QtQml

QtObject {
    property string theme: "light"
    property bool dark: theme === "dark"
    property string language: "en"
    property bool reducedMotion: false
    property real temperature: 0.7
    property real topP: 0.9
    property int topK: 40
    property string systemPrompt: ""
    property int maxTokens: 1024
    property int threads: 0
    property int contextLength: 0
    property string lastModelPath: ""
}
