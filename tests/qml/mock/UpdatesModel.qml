import QtQml

// As the real one; what is found is decided by the test.
QtObject {
    id: mock

    property bool offered: true
    property bool weekly: false
    property bool previews: false
    property string address: "https://example.org/hearth/updates.json"
    property bool addressFixed: false
    property bool checking: false
    property string status: ""
    property string lastCheck: ""
    property string problem: ""
    property string problemNextStep: ""
    property bool found: false
    property string version: ""
    property string date: ""
    property string notes: ""
    property string page: ""
    property var files: []
    property bool skipped: false
    property bool wantsNotice: false
    property int checks: 0
    property int cancels: 0

    // A newer version, as the service would tell of it.
    function find(text: string, values: var) {
        version = text;
        found = true;
        status = "Hearth " + text + " is available.";
        date = "26 November 2026";
        notes = "- New things.\n- Old things, mended.";
        page = "https://example.org/hearth/";
        files = [
            {
                text: "Package for Debian and Ubuntu",
                name: "hearth_" + text + "_amd64.deb",
                size: "38 MB",
                sha256: "00112233445566778899aabbccddeeff".repeat(2)
            }
        ];
        Object.assign(mock, values ?? {});
    }
    function check() {
        checks += 1;
        checking = true;
        status = "Looking for a newer version…";
    }
    function cancel() {
        cancels += 1;
        checking = false;
        status = "";
    }
    function skip(on: bool) {
        skipped = on;
        if (on)
            wantsNotice = false;
    }
    function dismissNotice() {
        wantsNotice = false;
    }
}
