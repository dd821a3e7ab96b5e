import Hearth.Mock

MockRows {
    defaults: ({
            variantId: 0,
            first: true,
            modelName: "Ember",
            publisher: "",
            licence: "",
            name: "Q8_0",
            sizeText: "6 MB",
            facts: "",
            path: "",
            status: "ready",
            problem: "",
            linked: false,
            starter: false,
            own: false,
            canShrink: true,
            onHub: false,
            fitText: "",
            fitTone: "",
            fitNumbers: [],
            verifyText: "",
            verifyTone: ""
        })
}
