import QtQml
import Hearth.App

QtObject {
    id: mock

    property var variantId: 0
    property string title: "Qwen3 30B · Q4_K_M"
    property OwnSetting contextLength: OwnSetting {
        number: 0
    }
    property OwnSetting device: OwnSetting {
        text: "auto"
    }
    property OwnSetting temperature: OwnSetting {
        number: 0.7
    }
    property OwnSetting topP: OwnSetting {
        number: 0.9
    }
    property OwnSetting topK: OwnSetting {
        number: 40
    }
    property OwnSetting minP: OwnSetting {
        number: 0
    }
    property OwnSetting repeatPenalty: OwnSetting {
        number: 1
    }
    property OwnSetting maxTokens: OwnSetting {
        number: 1024
    }
    property OwnSetting systemPrompt: OwnSetting {}
    property OwnSetting chatTemplate: OwnSetting {
        text: "{% for message in messages %}{{ message.content }}{% endfor %}"
    }
    property int trainedContext: 32768
    property string costText: "1.2 GB for 8k tokens of a chat; 19.8 GB with the model, 24.1 GB are free."
    property bool costWarns: false
    property string preview: "<|im_start|>user\nHello!<|im_end|>"
    property string previewProblem: ""
    property bool previewBusy: false
    property bool needsReload: false
    property var calls: []

    function show(id: var) {
        variantId = id;
        calls = calls.concat([["show", id]]);
    }
    function reset() {
        calls = calls.concat([["reset"]]);
    }
    function save() {
        calls = calls.concat([["save"]]);
    }
}
