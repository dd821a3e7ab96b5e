import QtQml
import Hearth.App

QtObject {
    id: mock

    property string systemPrompt: ""
    property string standardPrompt: ""
    property ChatValue temperature: ChatValue {
        standard: 0.7
    }
    property ChatValue topP: ChatValue {
        standard: 0.9
    }
    property ChatValue topK: ChatValue {
        standard: 40
    }
    property ChatValue minP: ChatValue {}
    property ChatValue repeatPenalty: ChatValue {
        standard: 1
    }
    property ChatValue presencePenalty: ChatValue {}
    property ChatValue penaltyWindow: ChatValue {
        standard: 64
    }
    property ChatValue maxTokens: ChatValue {}
    property string seed: ""
    property var stop: []
    readonly property bool canAddStop: stop.length < 6
    property string thinking: ""
    property string thinkingProblem: ""
    property string preset: ""
    readonly property string presetText: (presets.find(p => p.value === preset) ?? {text: ""}).text
    readonly property bool presetIsOwn: preset.startsWith("own:")
    property var presets: [{value: "", text: "As in Settings"}, {value: "precise", text: "Precise"}, {value: "balanced", text: "Balanced"}, {value: "creative", text: "Creative"}]
    readonly property var numbers: [temperature, topP, topK, minP, repeatPenalty, presencePenalty, penaltyWindow]
    readonly property int changedCount: numbers.filter(n => n.differs).length
    readonly property bool active: systemPrompt !== "" || preset !== "" || seed !== "" || thinking !== "" || stop.length > 0 || changedCount > 0 || maxTokens.differs
    property bool asksForModel: false
    property string chatModelName: "Qwen3 8B"
    property string loadedModelName: "Ember"
    property var calls: []

    function addStop(text: string) {
        stop = stop.concat([text]);
    }
    function removeStop(index: int) {
        stop = stop.filter((text, at) => at !== index);
    }
    function resetSampling() {
        for (const number of numbers)
            number.reset();
    }
    function resetAll() {
        resetSampling();
        maxTokens.reset();
        systemPrompt = preset = seed = thinking = "";
        stop = [];
    }
    function savePreset(name: string): bool {
        const value = "own:" + presets.length;
        presets = presets.concat([{value: value, text: name}]);
        preset = value;
        return true;
    }
    function renamePreset(name: string) {
        presets = presets.map(p => p.value === preset ? {value: preset, text: name} : p);
    }
    function removePreset() {
        const value = preset;
        preset = "";
        presets = presets.filter(p => p.value !== value);
    }
    function useChatModel() {
        calls = calls.concat([["useChatModel"]]);
    }
    function keepLoadedModel() {
        calls = calls.concat([["keepLoadedModel"]]);
        asksForModel = false;
    }
}
