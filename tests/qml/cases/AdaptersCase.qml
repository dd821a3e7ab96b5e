import QtQuick
import QtTest
import Hearth.Test
import Hearth.Ui

// Tests with adapters: some that fit, one that does not.
WindowCase {
    function fill() {
        app.comparison.possible = true;
        app.chatAdapters.others = [{name: "Clinical notes", domain: "medical", reason: "The adapter is for “llama”."}];
        app.chatAdapters.add({adapterId: 1, name: "Fables", domain: "style", domainText: "Style"});
        app.chatAdapters.add({adapterId: 2, name: "Tales", domain: "style", domainText: "Style"});
        app.adapters.list.append({adapterId: 1, name: "Fables", domain: "style", domainText: "Style", description: "Animals", licence: "MIT", isStarter: true});
        app.adapters.list.append({adapterId: 2, name: "Clinical notes", domain: "medical", domainText: "Medical", fit: "no", fitText: "Does not fit Ember", fitReason: "Another architecture.", modelsText: ""});
        waitForRendering(window.contentItem);
    }
    function openPanel() {
        keyClick(Qt.Key_J, Qt.ControlModifier);
        return opened("adapterPanel");
    }
    function names(name: string, root: var): var {
        const found = [];
        const walk = item => {
            if (item.objectName === name && item.visible)
                found.push(item);
            for (let i = 0; i < (item.children ?? []).length; ++i)
                walk(item.children[i]);
        };
        walk(root);
        return found;
    }
    function showPage() {
        keyClick(Qt.Key_A, Qt.ControlModifier | Qt.ShiftModifier);
        compare(find("pages").current, "adapters");
        waitForRendering(window.contentItem);
        return find("adaptersPage");
    }
}
