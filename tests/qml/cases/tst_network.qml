import QtQuick
import QtTest
import Hearth.Ui

// The settings of the network: endpoints and their order, own server, tokens, proxy, limit.
WindowCase {
    name: "NetworkSettings"

    property var dialog

    function open() {
        keyClick(Qt.Key_Comma, Qt.ControlModifier);
        dialog = opened("settingsDialog");
        type("network");
        tryVerify(() => !part("temperature").visible);
        waitForRendering(window.contentItem);
        dialog.view.contentY = 0;
    }
    function part(name: string) {
        return findChild(dialog.contentItem, name);
    }
    function inside(outer: string, name: string) {
        return findChild(part(outer), name);
    }
    function focusAndClick(control: var) {
        wait(50); // what has just appeared gets its place
        control.forceActiveFocus(Qt.TabFocusReason);
        wait(50);
        mouseClick(control);
    }
    function names() {
        return app.network.endpoints.map(e => e.name).join(" ");
    }

    function test_the_search_finds_the_section() {
        open();
        verify(part("bandwidthLimit").visible && part("proxyMode").visible && part("endpoint-huggingface").visible);
        verify(!part("temperature").visible);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("token");
        verify(part("token-huggingface.co").visible && !part("proxyMode").visible);
    }
    function test_mirrors_are_off_until_they_are_chosen() {
        open();
        verify(inside("endpoint-huggingface", "switch").checked);
        verify(!inside("endpoint-hf-mirror", "switch").checked);
        focusAndClick(inside("endpoint-hf-mirror", "switch"));
        verify(app.network.endpoints[1].on);
        verify(inside("endpoint-hf-mirror", "switch").checked);
        verify(inside("endpoint-hf-mirror", "switch").activeFocus, "the row was made again, the focus is back");
        keyClick(Qt.Key_Space);
        verify(!app.network.endpoints[1].on);
    }
    function test_order_by_keyboard() {
        open();
        verify(!inside("endpoint-huggingface", "up").enabled && !inside("endpoint-own", "down").enabled);
        inside("endpoint-modelscope", "up").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Return);
        compare(names(), "huggingface modelscope hf-mirror own");
        verify(inside("endpoint-modelscope", "up").activeFocus);
        keyClick(Qt.Key_Space);
        compare(names(), "modelscope huggingface hf-mirror own");
        verify(inside("endpoint-modelscope", "down").activeFocus, "it cannot go higher");
        compare(inside("endpoint-modelscope", "down").Accessible.name, "Move modelscope.cn down");
    }
    function test_own_server() {
        open();
        focusAndClick(part("ownServer"));
        type("box.local");
        compare(app.network.ownServer, "");
        keyClick(Qt.Key_Tab);
        compare(app.network.ownServer, "box.local");
        app.network.ownServerNote = "This is no address of a server.";
        verify(part("ownServer").parent.parent !== null);
        focusAndClick(inside("endpoint-own", "switch"));
        verify(findText(part("endpoint-own"), "It is skipped until it has an address."));
    }
    function test_a_token_is_saved_and_never_shown() {
        open();
        const field = inside("token-huggingface.co", "tokenField");
        compare(field.echoMode, TextInput.Password);
        verify(!inside("token-huggingface.co", "saveToken").enabled);
        verify(!inside("token-huggingface.co", "removeToken").visible);
        focusAndClick(field);
        type("hf_abc");
        focusAndClick(inside("token-huggingface.co", "saveToken"));
        compare(app.network.lastSecret, "hf_abc");
        verify(app.network.tokens[0].saved);
        compare(inside("token-huggingface.co", "tokenField").text, "");
        verify(findText(part("token-huggingface.co"), "A token is saved."));
        focusAndClick(inside("token-huggingface.co", "removeToken"));
        compare(app.network.lastSecret, "");
        verify(!app.network.tokens[0].saved);
        app.network.problem = "The keychain of the system cannot be used.";
        verify(findText(part("token-huggingface.co"), "The keychain of the system cannot be used."));
    }
    function test_proxy() {
        open();
        verify(!part("proxyHost").visible);
        app.network.proxyMode = "http";
        verify(part("proxyHost").visible);
        focusAndClick(part("proxyHost"));
        type("proxy.local");
        keyClick(Qt.Key_Tab);
        compare(app.network.proxyHost, "proxy.local");
        focusAndClick(part("proxyPassword"));
        type("secret");
        keyClick(Qt.Key_Return);
        compare(app.network.lastSecret, "secret");
        compare(part("proxyPassword").text, "");
        compare(part("proxyPassword").placeholderText, "Saved in the keychain");
        focusAndClick(part("removeProxyPassword"));
        verify(!app.network.hasProxyPassword);
    }
    function test_bandwidth_limit() {
        open();
        const field = part("bandwidthLimit");
        field.forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Up);
        compare(app.network.bandwidthLimit, 500);
    }
    // Whether an item below shows this text.
    function findText(item: var, text: string): bool {
        if (item.visible && item.text === text)
            return true;
        for (let i = 0; i < item.children.length; ++i) {
            if (findText(item.children[i], text))
                return true;
        }
        return false;
    }
}
