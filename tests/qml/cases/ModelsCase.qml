import QtQuick
import QtTest
import Hearth.Ui

// Tests of the page of the models: ways to a tab, a row and what is in it.
WindowCase {
    id: test

    readonly property var models: app?.models ?? null

    function show(tab: string) {
        find("pages").show("models");
        const page = find("modelsPage");
        page.openTab(tab);
        wait(20); // items that have just been made get their places
        return page;
    }
    // All items of this name that can be seen, from the top.
    function all(root: var, name: string): var {
        const found = [];
        const walk = item => {
            if (!item.visible)
                return;
            if (item.objectName === name)
                found.push(item);
            for (let i = 0; i < item.children.length; ++i)
                walk(item.children[i]);
        };
        walk(root);
        return found;
    }
    function part(item: var, name: string): var {
        return all(item, name)[0] ?? null;
    }
    function press(item: var) {
        verify(item, "nothing to press");
        let view = item.parent;
        while (view && !(view.contentY !== undefined && view.contentHeight !== undefined))
            view = view.parent;
        if (view)
            view.contentY = Math.max(0, Math.min(view.contentHeight - view.height, item.mapToItem(view.contentItem, 0, 0).y - 40));
        wait(20);
        mouseClick(item);
    }
    function rowOf(index: int): var {
        return all(find("installedTab"), "installedRow")[index];
    }
    function choose(row: var, action: string) {
        press(part(row, "variantMenuButton"));
        const entry = findChild(row.menu, action);
        tryVerify(() => entry.visible);
        mouseClick(entry);
    }
}
