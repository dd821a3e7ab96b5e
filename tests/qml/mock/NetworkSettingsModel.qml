import QtQml

// As the real one; changes are kept in memory only.
QtObject {
    id: mock

    property var endpoints: [
        {
            name: "huggingface",
            text: "huggingface.co",
            note: "The hub where most models are published.",
            on: true,
            needsAddress: false
        },
        {
            name: "hf-mirror",
            text: "hf-mirror.com",
            note: "A mirror of huggingface.co, reachable from mainland China. It is run by others, who see what you download.",
            on: false,
            needsAddress: false
        },
        {
            name: "modelscope",
            text: "modelscope.cn",
            note: "A hub in China with many of the same models. It cannot be searched here; paste the address of a page.",
            on: false,
            needsAddress: false
        },
        {
            name: "own",
            text: "Own server",
            note: "A server that answers like huggingface.co, at the address below.",
            on: false,
            needsAddress: true
        }
    ]
    property string ownServer: ""
    property string ownServerNote: ""
    property string proxyMode: "system"
    property string proxyHost: ""
    property int proxyPort: 8080
    property string proxyUser: ""
    property bool hasProxyPassword: false
    property int bandwidthLimit: 0
    property var tokens: [
        {
            host: "huggingface.co",
            saved: false
        }
    ]
    property string problem: ""
    property string lastSecret: ""

    function setEndpointOn(name: string, on: bool) {
        endpoints = endpoints.map(e => e.name === name ? Object.assign({}, e, {on: on}) : e);
    }
    function moveEndpoint(name: string, step: int) {
        const list = endpoints.slice();
        const from = list.findIndex(e => e.name === name);
        const to = Math.max(0, Math.min(list.length - 1, from + step));
        list.splice(to, 0, list.splice(from, 1)[0]);
        endpoints = list;
    }
    function setToken(host: string, token: string) {
        lastSecret = token;
        tokens = tokens.map(t => t.host === host ? {host: host, saved: token !== ""} : t);
    }
    function setProxyPassword(password: string) {
        lastSecret = password;
        hasProxyPassword = password !== "";
    }
}
