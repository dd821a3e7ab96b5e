import QtQuick
import QtTest
import Hearth.Ui

// Rules about words: their page, what they mark, and what they say.
WindowCase {
    id: test
    name: "Content rules"

    function settings() {
        keyClick(Qt.Key_Comma, Qt.ControlModifier);
        return opened("settingsDialog");
    }
    function inside(dialog: var, name: string) {
        return findChild(dialog.contentItem, name);
    }
    function test_a_rule_is_made_changed_and_deleted() {
        const dialog = settings();
        inside(dialog, "addRule").clicked();
        const editor = opened("policyDialog");
        verify(!inside(editor, "saveRule").enabled);
        verify(!inside(editor, "ruleProblem").visible);
        inside(editor, "ruleName").text = "Secrets";
        inside(editor, "ruleText").edited("pass(word");
        inside(editor, "ruleKind").chosen("pattern");
        verify(inside(editor, "ruleProblem").visible);
        verify(inside(editor, "ruleProblem").text.includes("no regular expression"));
        verify(!inside(editor, "saveRule").enabled);
        inside(editor, "ruleText").edited("pass(word)?");
        inside(editor, "ruleAction").chosen("block");
        inside(editor, "rulePlace").chosen("input");
        verify(inside(editor, "saveRule").enabled);
        inside(editor, "saveRule").clicked();
        tryVerify(() => !editor.visible);
        compare(app.policy.rules.length, 1);
        compare(app.policy.rules[0].text, "pass(word)?");
        const row = inside(dialog, "policyRule0");
        compare(row.about, "Blocks a pattern in your messages");
        findChild(row, "editRule").clicked();
        tryVerify(() => editor.opened);
        compare(inside(editor, "ruleText").text, "pass(word)?");
        editor.close();
        tryVerify(() => !editor.visible);
        findChild(row, "removeRule").clicked();
        compare(app.policy.rules.length, 0);
    }
    function test_switches() {
        const dialog = settings();
        verify(!inside(dialog, "policyOn").checked);
        inside(dialog, "policyOn").toggle();
        inside(dialog, "policyOn").toggled();
        verify(app.policy.on);
        inside(dialog, "watermark").toggle();
        inside(dialog, "watermark").toggled();
        verify(app.policy.watermark);
    }
    function test_a_refusal_is_explained_above_the_composer() {
        const note = find("policyNote");
        verify(!note.visible);
        app.policy.note = "Not sent: your rule “Secrets” blocks “password”.";
        verify(note.visible);
        compare(note.Accessible.name, app.policy.note);
        verify(note.y + note.height <= find("composer").mapToItem(note.parent, 0, 0).y);
        mouseClick(findChild(note, "dismissPolicyNote"));
        verify(!note.visible);
    }
    function marksOf(item: var): var {
        for (let i = 0; i < item.data.length; ++i)
            if (item.data[i].marked !== undefined && item.data[i].rules !== undefined)
                return item.data[i];
        return null;
    }
    function test_words_are_marked() {
        app.policy.rules = [{name: "Cats", kind: "words", text: "cat", place: "both", action: "mark"}];
        app.addQuestion("Do you know my cat?");
        waitForRendering(window.contentItem);
        const question = findChild(list(), "questionText");
        verify(!marksOf(question).marked);
        app.policy.on = true;
        tryVerify(() => marksOf(question).marked);
        compare(question.text, "Do you know my cat?");
        app.policy.on = false;
        tryVerify(() => !marksOf(question).marked);
    }
}
