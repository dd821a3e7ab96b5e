import QtQml
import QtQuick

// Leads through the {placeholders} of a text that was put into a field: the next one is selected, so that typing replaces it.
QtObject {
    id: places

    required property TextEdit input
    // A text with placeholders stands in the field.
    property bool filling: false

    function begin(text: string) {
        input.text = text;
        input.cursorPosition = 0;
        filling = true;
        if (!step(true))
            input.cursorPosition = input.length;
    }
    // False: there is no further one, and the key is free for something else.
    function step(forward: bool): bool {
        if (!filling)
            return false;
        const pattern = /\{[^{}\n]+\}/g;
        let found = null;
        for (let match = pattern.exec(input.text); match !== null; match = pattern.exec(input.text)) {
            const behind = match.index + match[0].length;
            if (forward ? match.index >= input.selectionEnd : behind <= input.selectionStart)
                found = match;
            if (forward && found !== null)
                break;
        }
        if (found === null)
            return false;
        input.select(found.index, found.index + found[0].length);
        return true;
    }
}
