import Hearth.Mock

MockRows {
    defaults: ({
            name: "Q4_K_M",
            sizeText: "4.7 GB",
            fitText: "",
            fitTone: "",
            fitNumbers: [],
            recommended: false,
            status: "none",
            stateText: "",
            fraction: 0,
            problem: "",
            canDownload: true,
            installedId: 0,
            downloadId: 0
        })
}
