import QtQml

// As the real one; the state of an answer is set by setAnswer().
QtObject {
    id: mock

    property bool known: false
    property bool running: false
    property string modelName: "Ember"
    property real promptProgress: 0
    property string promptText: ""
    property string speedText: ""
    property string firstTokenText: ""
    property list<var> speeds: []
    property real span: 0.5
    property list<var> memory: [
        {
            device: "cuda:0",
            total: "4.0 GB",
            parts: [
                {
                    name: "Weights",
                    size: "3.0 GB",
                    share: 0.75
                },
                {
                    name: "Context memory",
                    size: "1.0 GB",
                    share: 0.25
                }
            ]
        },
        {
            device: "Computer",
            total: "8.0 GB",
            parts: [
                {
                    name: "Experts",
                    size: "8.0 GB",
                    share: 1
                }
            ]
        }
    ]
    property int expertLayers: 0
    property int experts: 0
    property list<var> work: []
    property string balanceText: ""
    property string placeText: ""

    signal changed

    function cellText(row: int, column: int): string {
        return "Layer " + row + ", expert " + column + ": chosen 30 times, 3.0 times its fair share";
    }
    // A finished answer of a model with `layers` times `count` experts.
    function setAnswer(layers: int, count: int) {
        known = true;
        promptProgress = 1;
        promptText = "6,120 of 6,180 prompt tokens from the cache, the others at 310 tokens/s";
        speedText = "412 tokens at 18.2 tokens/s";
        firstTokenText = "First token after 0.9 s";
        const values = [];
        for (let i = 0; i < 40; ++i)
            values.push(16 + 4 * Math.sin(i / 5));
        speeds = values;
        const shares = [];
        for (let i = 0; i < layers * count; ++i)
            shares.push(i % 7 === 0 ? 0 : (i * 37 % 100) / 40);
        work = shares;
        expertLayers = layers;
        experts = count;
        balanceText = "The busiest expert did 3.1 times its fair share; 14% did not work at all.";
        placeText = "71% of the work of experts was done on the device of their layer, the rest by the processor.";
        changed();
    }
}
