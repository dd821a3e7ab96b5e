import QtQml
import Hearth.App

QtObject {
    id: adapters

    property var app
    property AdapterListModel list: AdapterListModel {}
    property AdapterHubModel hub: AdapterHubModel {
        app: adapters.app
    }
    property var domains: ["Medical", "Legal", "Finance", "Code", "Style", "Other"].map((text, i) => ({
                value: ["medical", "legal", "finance", "code", "style", "own"][i],
                text: text
            }))
    property var mergeTypes: [
        {
            value: "",
            text: "Full precision"
        },
        {
            value: "Q8_0",
            text: "Q8_0"
        }
    ]
    property var bases: [
        {
            value: 1,
            text: "Ember Q8_0"
        },
        {
            value: 2,
            text: "Ember F16"
        }
    ]
    property var fittingAdapters: [
        {
            adapterId: 1,
            name: "Fables",
            domain: "style"
        },
        {
            adapterId: 2,
            name: "Tales",
            domain: "style"
        }
    ]

    signal retranslated
    signal mergeStarted

    function importFiles(urls: var) {
        app.record("importFiles", [urls.map(url => String(url))]);
    }
    function update(id: var, name: string, domain: string, description: string, licence: string) {
        app.record("updateAdapter", [id, name, domain, description, licence]);
    }
    function remove(id: var) {
        app.record("removeAdapter", [id]);
    }
    function removalText(id: var): string {
        return "Its file is deleted, which frees 2.4 MB.";
    }
    function basesOf(id: var): var {
        return bases;
    }
    function fitting(variantId: var): var {
        return fittingAdapters;
    }
    function mergeName(variantId: var, ids: var): string {
        return ["Ember"].concat(ids.map(id => fittingAdapters.find(a => a.adapterId === id).name)).join(" + ");
    }
    function merge(variantId: var, parts: var, name: string, type: string) {
        app.record("merge", [variantId, parts, name, type]);
    }
}
