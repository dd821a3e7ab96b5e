pragma Singleton
import QtQuick

// Every key of the window. The shortcuts, the handlers of items, the tool tips and the sheet all take them from here.
QtObject {
    id: shortcuts

    // The first key of an action is the one that tool tips show.
    readonly property var keys: ({
            newChat: ["Ctrl+N"],
            newPrivateChat: ["Ctrl+Shift+N"],
            searchChats: ["Ctrl+K"],
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
            copyAnswer: ["Ctrl+Shift+C"],
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
    // Other keys for the same, which nobody has to know of.
    readonly property var others: ({
            newLine: ["Alt+Enter"],
            pageUp: ["Shift+PgUp"],
            pageDown: ["Shift+PgDown"],
            larger: ["Ctrl+="]
        })
    // What the sheet shows: groups of [heading, [[action, what it does], ...]].
    readonly property var groups: [[qsTr("Chats"), [["newChat", qsTr("New chat")], ["newPrivateChat", qsTr("New private chat")], ["searchChats", qsTr("Search chats")], ["nextChat", qsTr("Next chat")], ["previousChat", qsTr("Previous chat")],
                ["renameChat", qsTr("Rename the chat")], ["deleteChat", qsTr("Delete the chat")], ["undoDelete", qsTr("Undo what was done last, while it is offered")]]], [qsTr("In the list of chats"), [["openListed", qsTr("Open the chat")],
                ["deleteListed", qsTr("Delete the chat")], ["listedMenu", qsTr("More actions, for a message too")]]], [qsTr("Writing"), [["send", qsTr("Send")], ["newLine", qsTr("New line")], ["focusComposer", qsTr("Go to the message box")],
                ["stop", qsTr("Stop the answer, or close a search, panel or page")]]], [qsTr("Reading"), [["answerAgain", qsTr("Answer again")], ["answerWith", qsTr("Answer again with another model or other settings")], ["continueAnswer", qsTr("Continue a stopped answer")],
                ["editQuestion", qsTr("Edit the last question")], ["undo", qsTr("Take back the last change of the chat")], ["outline", qsTr("Outline of the chat")], ["performance", qsTr("Performance of the answer")], ["copyAnswer", qsTr("Copy the last answer")], ["find", qsTr("Find in this chat")],
                ["findNext", qsTr("Next match")], ["findPrevious", qsTr("Previous match")], ["pageUp", qsTr("Page up")], ["pageDown", qsTr("Page down")]]], [qsTr("With the conversation focused"), [["lineUp", qsTr("Scroll up")],
                ["lineDown", qsTr("Scroll down")], ["toStart", qsTr("To the first message")], ["toEnd", qsTr("To the latest message")]]], [qsTr("Model"), [["openModel", qsTr("Open a model file")], ["modelPanel", qsTr("Model menu")], ["models", qsTr("Models")], ["adapterPanel", qsTr("Adapters of the chat")], ["adapters", qsTr("Adapters")], ["compare", qsTr("Compare answers")]]],
        [qsTr("Window"), [["settings", qsTr("Settings")], ["toggleSidebar", qsTr("Show or hide the sidebar")], ["nextArea", qsTr("Next part of the window")], ["previousArea", qsTr("Previous part of the window")],
                ["nextControl", qsTr("Next control")], ["previousControl", qsTr("Previous control")], ["larger", qsTr("Larger text")], ["smaller", qsTr("Smaller text")], ["normalSize", qsTr("Normal text size")], ["help", qsTr("Keyboard shortcuts")],
                ["quit", qsTr("Quit Hearth")]]]]

    readonly property var codes: ({
            Enter: Qt.Key_Return,
            Esc: Qt.Key_Escape,
            Del: Qt.Key_Delete,
            Menu: Qt.Key_Menu,
            Tab: Qt.Key_Tab,
            Up: Qt.Key_Up,
            Down: Qt.Key_Down,
            Home: Qt.Key_Home,
            End: Qt.Key_End,
            PgUp: Qt.Key_PageUp,
            PgDown: Qt.Key_PageDown
        })

    function sequences(action: string): var {
        return keys[action].concat(others[action] ?? []);
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
