import QtQml

QtObject {
    property string name: "Ember"
    property string architecture: "deepseek2"
    property string state: "ready"
    property real progress: 1
    property string stateText: "Ready"
    property string deviceName: "CPU (AVX2, 2 threads)"
    property int contextLength: 1024
    property bool isStarter: true
    property string errorCause: ""
    property string errorNextStep: ""
    property string errorDetail: ""
    property string formatNote: ""
    property string detail: "deepseek2 · Q8_0 · 6 MB · 2 of 12 experts"
}
