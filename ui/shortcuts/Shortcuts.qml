pragma Singleton
import QtQuick

// Every key of the window. The shortcuts, the handlers of items, the tool tips and the sheet all take them from here.
QtObject {
    id: shortcuts

    // What the person changed, as it is stored: JSON, lists of keys by action.
    property string stored: ""
    readonly property var own: {
        try {
            const read = JSON.parse(stored);
            return read !== null && typeof read === "object" ? read : {};
        } catch (error) {
            return {};
        }
    }
    // The first key of an action is the one that tool tips show.
    readonly property var keys: {
        const all = Object.assign({}, standard);
        for (const action in own)
            if (isFree(action) && Array.isArray(own[action]) && own[action].length > 0)
                all[action] = own[action].map(String);
        return all;
    }
    readonly property var standard: ({
            newChat: ["Ctrl+N"],
            newPrivateChat: ["Ctrl+Shift+N"],
            switchChat: ["Ctrl+K"],
            searchChats: ["Ctrl+Shift+F"],
            nextChat: ["Alt+Down", "Ctrl+Tab"],
            previousChat: ["Alt+Up", "Ctrl+Shift+Tab"],
            renameChat: ["F2"],
            deleteChat: ["Ctrl+Shift+Del"],
            undoDelete: ["Ctrl+Shift+Z"],
            undo: ["Ctrl+Z"],
            openListed: ["Enter"],
            deleteListed: ["Shift+Del"],
            listedMenu: ["Menu", "Shift+F10"],
            send: ["Enter"],
            newLine: ["Shift+Enter"],
            focusComposer: ["Ctrl+L"],
            stop: ["Esc"],
            answerAgain: ["Ctrl+R"],
            answerWith: ["Ctrl+Shift+R"],
            continueAnswer: ["Ctrl+Shift+E"],
            editQuestion: ["Ctrl+E"],
            outline: ["Ctrl+Shift+O"],
            performance: ["Ctrl+Shift+P"],
            chatSettings: ["Ctrl+Shift+I"],
            copyAnswer: ["Ctrl+Shift+C"],
            copyMarkdown: ["Ctrl+Alt+C"],
            selectUp: ["Shift+Up"],
            selectDown: ["Shift+Down"],
            find: ["Ctrl+F"],
            findNext: ["F3"],
            findPrevious: ["Shift+F3"],
            pageUp: ["PgUp"],
            pageDown: ["PgDown"],
            lineUp: ["Up"],
            lineDown: ["Down"],
            toStart: ["Home"],
            toEnd: ["End"],
            openModel: ["Ctrl+O"],
            modelPanel: ["Ctrl+M"],
            models: ["Ctrl+Shift+M"],
            adapters: ["Ctrl+Shift+A"],
            adapterPanel: ["Ctrl+J"],
            compare: ["Ctrl+Shift+D"],
            settings: ["Ctrl+,"],
            toggleSidebar: ["Ctrl+B"],
            nextArea: ["F6"],
            previousArea: ["Shift+F6"],
            nextControl: ["Tab"],
            previousControl: ["Shift+Tab"],
            larger: ["Ctrl++"],
            smaller: ["Ctrl+-"],
            normalSize: ["Ctrl+0"],
            help: ["F1", "Ctrl+/"],
            quit: ["Ctrl+Q"]
        })
    // These belong to every box for text, list or control, and stay.
    readonly property var fixed: ["send", "newLine", "openListed", "stop", "nextControl", "previousControl"]
    // Keys of every box for text.
    readonly property var editing: ["Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+A", "Ctrl+Y", "Ctrl+Left", "Ctrl+Right", "Ctrl+Del", "Ctrl+Backspace"]
    // Other keys for the same, which nobody has to know of.
    readonly property var others: ({
            newLine: ["Alt+Enter"],
            pageUp: ["Shift+PgUp"],
            pageDown: ["Shift+PgDown"],
            larger: ["Ctrl+="]
        })
    // What the sheet shows: groups of [heading, [[action, what it does], ...]].
    readonly property var groups: [[qsTr("Chats"), [["newChat", qsTr("New chat")], ["newPrivateChat", qsTr("New private chat")], ["switchChat", qsTr("Go to a chat")], ["searchChats", qsTr("Search chats")], ["nextChat", qsTr("Next chat")], ["previousChat", qsTr("Previous chat")],
                ["renameChat", qsTr("Rename the chat")], ["deleteChat", qsTr("Delete the chat")], ["undoDelete", qsTr("Undo what was done last, while it is offered")]]], [qsTr("In the list of chats"), [["openListed", qsTr("Open the chat")],
                ["deleteListed", qsTr("Delete the chat")], ["listedMenu", qsTr("More actions, for a message too")]]], [qsTr("Writing"), [["send", qsTr("Send")], ["newLine", qsTr("New line")], ["focusComposer", qsTr("Go to the message box")],
                ["stop", qsTr("Stop the answer, or close a search, panel or page")]]], [qsTr("Reading"), [["answerAgain", qsTr("Answer again")], ["answerWith", qsTr("Answer again with another model or other settings")], ["continueAnswer", qsTr("Continue a stopped answer")],
                ["editQuestion", qsTr("Edit the last question")], ["undo", qsTr("Take back the last change of the chat")], ["outline", qsTr("Outline of the chat")], ["performance", qsTr("Performance of the answer")], ["chatSettings", qsTr("Settings of this chat")], ["copyAnswer", qsTr("Copy the last answer")], ["find", qsTr("Find in this chat")],
                ["findNext", qsTr("Next match")], ["findPrevious", qsTr("Previous match")], ["pageUp", qsTr("Page up")], ["pageDown", qsTr("Page down")]]], [qsTr("With the conversation focused"), [["lineUp", qsTr("Scroll up")],
                ["lineDown", qsTr("Scroll down")], ["toStart", qsTr("To the first message")], ["toEnd", qsTr("To the latest message")],
                ["selectUp", qsTr("Select one message more or less, upwards")], ["selectDown", qsTr("Select one message more or less, downwards")], ["copyMarkdown", qsTr("Copy the selection as Markdown")]]], [qsTr("Model"), [["openModel", qsTr("Open a model file")], ["modelPanel", qsTr("Model menu")], ["models", qsTr("Models")], ["adapterPanel", qsTr("Adapters of the chat")], ["adapters", qsTr("Adapters")], ["compare", qsTr("Compare answers")]]],
        [qsTr("Window"), [["settings", qsTr("Settings")], ["toggleSidebar", qsTr("Show or hide the sidebar")], ["nextArea", qsTr("Next part of the window")], ["previousArea", qsTr("Previous part of the window")],
                ["nextControl", qsTr("Next control")], ["previousControl", qsTr("Previous control")], ["larger", qsTr("Larger text")], ["smaller", qsTr("Smaller text")], ["normalSize", qsTr("Normal text size")], ["help", qsTr("Keyboard shortcuts")],
                ["quit", qsTr("Quit Hearth")]]]]

    readonly property var codes: ({
            Enter: Qt.Key_Return,
            Esc: Qt.Key_Escape,
            Del: Qt.Key_Delete,
            Menu: Qt.Key_Menu,
            Tab: Qt.Key_Tab,
            Space: Qt.Key_Space,
            Backspace: Qt.Key_Backspace,
            Ins: Qt.Key_Insert,
            Left: Qt.Key_Left,
            Right: Qt.Key_Right,
            Up: Qt.Key_Up,
            Down: Qt.Key_Down,
            Home: Qt.Key_Home,
            End: Qt.Key_End,
            PgUp: Qt.Key_PageUp,
            PgDown: Qt.Key_PageDown
        })

    function sequences(action: string): var {
        return isChanged(action) ? keys[action] : keys[action].concat(others[action] ?? []);
    }
    function isFree(action: string): bool {
        return standard[action] !== undefined && !fixed.includes(action);
    }
    function isChanged(action: string): bool {
        return isFree(action) && own[action] !== undefined;
    }
    // What an action does, as the sheet says it.
    function name(action: string): string {
        for (const group of groups)
            for (const entry of group[1])
                if (entry[0] === action)
                    return entry[1];
        return action;
    }
    // Why an action cannot have a key; empty: it can.
    function conflict(action: string, sequence: string): string {
        for (const other in standard)
            if (other !== action && sequences(other).includes(sequence))
                return qsTr("%1 is the key for “%2”. Change that one first.").arg(sequence).arg(name(other));
        const names = parts(sequence);
        const last = names[names.length - 1];
        if (editing.includes(sequence))
            return qsTr("%1 belongs to every box for text.").arg(sequence);
        if (last.length === 1 && !names.includes("Ctrl") && !names.includes("Alt"))
            return qsTr("%1 writes a letter. Hold Ctrl or Alt with it.").arg(sequence);
        return ["Enter", "Tab", "Esc", "Space", "Backspace"].includes(last) && names.length === 1 ? qsTr("%1 is needed in every part of the window.").arg(sequence) : "";
    }
    // Gives an action one key in place of those it has. False: conflict() says why not.
    function bind(action: string, sequence: string): bool {
        if (!isFree(action) || sequence === "" || conflict(action, sequence) !== "")
            return false;
        const changed = Object.assign({}, own);
        changed[action] = [sequence];
        stored = JSON.stringify(changed);
        return true;
    }
    // The keys that an action had at first, unless another action has them now. False: it has.
    function reset(action: string): bool {
        for (const sequence of standard[action].concat(others[action] ?? []))
            for (const other in standard)
                if (other !== action && sequences(other).includes(sequence) && !standard[other].includes(sequence))
                    return false;
        const changed = Object.assign({}, own);
        delete changed[action];
        stored = Object.keys(changed).length === 0 ? "" : JSON.stringify(changed);
        return true;
    }
    function resetAll() {
        stored = "";
    }
    // The key that a tool tip shows for an action.
    function label(action: string): string {
        return keys[action][0];
    }
    // "Ctrl+Shift+Z" as its keys, "Ctrl++" too.
    function parts(sequence: string): var {
        return sequence.split(/\+(?=.)/);
    }
    function keyCode(name: string): int {
        if (codes[name] !== undefined)
            return codes[name];
        return /^F\d+$/.test(name) ? Qt.Key_F1 + Number(name.slice(1)) - 1 : name.charCodeAt(0);
    }
    // The keys of an event as they are written here; empty: only modifiers, or a key that has no name.
    function sequenceOf(event: var): string {
        let key = event.key === Qt.Key_Enter ? Qt.Key_Return : event.key === Qt.Key_Backtab ? Qt.Key_Tab : event.key;
        let last = Object.keys(codes).find(name => codes[name] === key) ?? "";
        if (last === "" && key >= Qt.Key_F1 && key <= Qt.Key_F24)
            last = "F" + (key - Qt.Key_F1 + 1);
        if (last === "" && key > 0x20 && key < 0x7f)
            last = String.fromCharCode(key);
        if (last === "")
            return "";
        const held = [[Qt.ControlModifier, "Ctrl+"], [Qt.AltModifier, "Alt+"], [Qt.ShiftModifier, "Shift+"]];
        return held.filter(part => event.modifiers & part[0]).map(part => part[1]).join("") + last;
    }
    // For items that handle keys themselves, because they mean something only there.
    function matches(action: string, event: var): bool {
        const modifiers = event.modifiers & (Qt.ControlModifier | Qt.ShiftModifier | Qt.AltModifier | Qt.MetaModifier);
        for (const sequence of sequences(action)) {
            const names = parts(sequence);
            const wanted = (names.includes("Ctrl") ? Qt.ControlModifier : 0) | (names.includes("Shift") ? Qt.ShiftModifier : 0) | (names.includes("Alt") ? Qt.AltModifier : 0);
            const code = keyCode(names[names.length - 1]);
            if (modifiers === wanted && (event.key === code || (code === Qt.Key_Return && event.key === Qt.Key_Enter)))
                return true;
        }
        return false;
    }
}
