import Hearth.Mock

MockRows {
    id: mock

    property string query: ""
    property bool queryIsRepository: query.includes("/")
    property string tag: ""
    property var tags: [
        {
            value: "chat",
            text: "Chat"
        },
        {
            value: "code",
            text: "Code"
        },
        {
            value: "reasoning",
            text: "Reasoning"
        }
    ]
    property int catalogueCount: count - foundCount
    property bool searching: false
    property string searched: ""
    property int foundCount: 0
    property string cause: ""
    property string nextStep: ""
    property bool canRefresh: false
    property bool refreshing: false
    property string catalogueText: "List of 24 November 2026"
    property string refreshCause: ""
    property string refreshNextStep: ""
    property var calls: []

    function record(call: var) {
        calls = calls.concat([call]);
    }
    function searchHub() {
        record(["searchHub", query]);
    }
    function clearSearch() {
        record(["clearSearch"]);
    }
    function toggle(entryId: string) {
        record(["toggle", entryId]);
        for (let row = 0; row < count; ++row) {
            if (value(row, "entryId") === entryId)
                change(row, {
                    expanded: !value(row, "expanded")
                });
        }
    }
    function retry(entryId: string) {
        record(["retry", entryId]);
    }
    function download(entryId: string, variant: string) {
        record(["download", entryId, variant]);
    }
    function refreshCatalogue() {
        record(["refreshCatalogue"]);
    }

    defaults: ({
            entryId: "",
            heading: "",
            name: "A model",
            publisher: "",
            licence: "",
            goodAt: "",
            tags: [],
            sizeText: "",
            contextText: "",
            downloads: "",
            fitText: "",
            fitTone: "",
            cause: "",
            nextStep: "",
            repository: "",
            fromHub: false,
            adapter: false,
            gated: false,
            expanded: false,
            busy: false,
            installed: false,
            variants: null
        })
}
