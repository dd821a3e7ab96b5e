import QtQml
import Hearth.App

QtObject {
    property string title: "DeepSeek-V2-Lite-Chat"
    property string subtitle: "DeepSeek · DeepSeek licence"
    property string address: "https://huggingface.co/deepseek-ai/DeepSeek-V2-Lite-Chat"
    property BlockListModel blocks: null
    property BlockListModel training: null
    property bool shortened: false
    property var facts: [
        {
            label: "Parameters",
            value: "15.7 B, 2.4 B active"
        },
        {
            label: "Context",
            value: "32k tokens"
        }
    ]
    property var expertShares: []
    property var metadata: [
        {
            label: "general.architecture",
            value: "deepseek2"
        },
        {
            label: "general.name",
            value: "DeepSeek-V2-Lite-Chat"
        }
    ]
    property bool busy: false
    property string cause: ""
    property string nextStep: ""
    property int fetched: 0

    function fetch() {
        ++fetched;
    }
}
