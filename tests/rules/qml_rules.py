#!/usr/bin/env python3
"""Rules for the window's QML: hostile text stays plain, no network, one source of sizes and colours, accessible, translatable.

Usage: qml_rules.py PROJECT_ROOT. Prints one line per offence and exits with 1 if there is any.
`--self-test` checks that each rule can fail.
"""
import pathlib
import re
import sys

MAX_LINES = 250
RICH_TEXT_FILE = "chat/blocks/RichBlock.qml"
THEME_FILES = ("theme/Theme.qml", "theme/CodeTones.qml")

NETWORK = re.compile(r"\b(XMLHttpRequest|WebSocket\w*|WebEngineView|WebView|import\s+QtWeb\w+|import\s+QtMultimedia)\b")
REMOTE = re.compile(r"""["'](?:https?|ftp)://""")
COLOUR = re.compile(r"""["']#[0-9a-fA-F]{3,8}["']|\bQt\.(?:rgba|hsla|hsva)\(""")
COLOUR_NAME = re.compile(r"""\b(?:\w*[cC]olor)\s*:\s*["'](?!transparent["'])\w+["']""")
SIZE = re.compile(
    r"^\s*(?:[\w.]*\.)?(width|height|x|y|implicitWidth|implicitHeight|minimumWidth|minimumHeight|preferredWidth|preferredHeight|maximumWidth|"
    r"maximumHeight|spacing|rowSpacing|columnSpacing|\w*[mM]argins?|\w*[pP]adding|radius|pixelSize|pointSize|duration|interval|size|iconSize)\s*:\s*(.+)$")
NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])")
LITERAL = re.compile(r"""\b(?:text|placeholderText|title|label|heading|help|prompt|hint|zeroText|actionText|secondText|shortcutText)\s*:\s*["']([^"']*)["']""")
# The names of languages are written in the language itself and never translated.
NOT_TRANSLATED = {"", "English", "简体中文"}
TEXT_TYPES = {"Text", "Label", "TextEdit", "TextArea"}
INTERACTIVE = {"AbstractButton", "Button", "RoundButton", "ToolButton", "ItemDelegate", "MenuItem", "Switch", "CheckBox", "RadioButton", "Slider", "SpinBox",
               "ComboBox", "TextField", "TextArea", "TextInput", "TextEdit", "ProgressBar", "MouseArea"}
OBJECT = re.compile(r"^\s*(?:(?:\w[\w.]*|component\s+\w+)\s*:\s*)?([A-Z]\w*)\s*\{")


def without_comments(text: str) -> str:
    """Blanks // and /* */ comments, leaving strings and line numbers alone."""
    pattern = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()) if m.group().startswith(("//", "/*")) else m.group(), text)


def without_strings(text: str) -> str:
    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', '""', text)


def objects(text: str):
    """Yields (type name, line number, own text without nested objects) of every object in a QML file."""
    lines = without_comments(text).split("\n")
    bare = without_strings("\n".join(lines)).split("\n")
    stack = []
    for number, line in enumerate(lines, 1):
        begun = OBJECT.match(bare[number - 1])
        if begun:
            stack.append([begun.group(1), number, 0, []])
            inner = line.split("{", 1)[1]
        else:
            inner = line
        if stack:
            stack[-1][3].append(inner)
            stack[-1][2] += bare[number - 1].count("{") - bare[number - 1].count("}")
            while stack and stack[-1][2] <= 0:
                name, start, left, own = stack.pop()
                yield name, start, "\n".join(own)
                if stack:
                    stack[-1][2] += left


def check_objects(name: str, text: str):
    for kind, line, own in objects(text):
        if kind in TEXT_TYPES and not re.search(r"\btextFormat\s*:\s*(Text|TextEdit)\.PlainText\b", own):
            if not (name == RICH_TEXT_FILE and kind == "TextEdit"):
                yield line, f"{kind} without textFormat: PlainText"
        if kind in INTERACTIVE and not re.search(r"\bAccessible\.(name|ignored)\s*:", own):
            yield line, f"{kind} without Accessible.name"
        if kind in ("Image", "BorderImage", "AnimatedImage"):
            for source in re.findall(r"\bsource\s*:\s*(.+)", own):
                if not source.strip().startswith('"qrc:/'):
                    yield line, f"{kind} whose source is not a literal qrc address"
        if kind == "IconImage" and name != "components/Icon.qml":
            yield line, "IconImage outside components/Icon.qml"


def check_line(name: str, line: str):
    if NETWORK.search(line):
        yield "network type"
    if REMOTE.search(line):
        yield "remote address"
    if re.search(r"\b(RichText|StyledText|MarkdownText|AutoText)\b", line) and name != RICH_TEXT_FILE:
        yield "text format other than PlainText"
    # Its format is AutoText and cannot be set: only a text of our own may stand there.
    placeholder = re.search(r"\bplaceholderText\s*:\s*(.+)", line)
    if placeholder and not re.fullmatch(r"""(?:[\w.]+\.)?\w+|qsTr\("[^"]*"\)|""\s*""", placeholder.group(1).strip()):
        yield "placeholder that is not one literal text"
    literal = LITERAL.search(line)
    if literal and literal.group(1) not in NOT_TRANSLATED:
        yield f"text without qsTr: {literal.group(1)}"
    if name in THEME_FILES:
        return
    if COLOUR.search(line) or COLOUR_NAME.search(line):
        yield "colour outside Theme"
    size = SIZE.match(line)
    if size:
        value = re.sub(r"[*/]\s*-?\d+(?:\.\d+)?", "", without_strings(size.group(2)))
        numbers = [n for n in NUMBER.findall(value) if float(n) not in (0.0, 1.0)]
        if numbers:
            yield f"size outside Theme: {size.group(1)}: {size.group(2).strip()}"


def check(name: str, text: str):
    """All offences of one file as (line, message)."""
    found = list(check_objects(name, text))
    for number, line in enumerate(without_comments(text).split("\n"), 1):
        found += [(number, message) for message in check_line(name, line)]
    count = text.count("\n")
    if count > MAX_LINES:
        found.append((count, f"{count} lines, at most {MAX_LINES} are allowed"))
    if "delegate:" in text and "pragma ComponentBehavior: Bound" not in text and "No bound components here" not in text:
        found.append((1, "delegates without pragma ComponentBehavior: Bound (or the reason why not)"))
    return sorted(found)


BAD = {
    "plain": ('Text {\n    text: qsTr("a")\n}\n', "textFormat"),
    "rich": ("Text {\n    textFormat: Text.RichText\n}\n", "text format other"),
    "nested": ("Item {\n    Text {\n        Item {\n            textFormat: Text.PlainText\n        }\n    }\n}\n", "textFormat"),
    "image": ("Image {\n    source: model.address\n}\n", "literal qrc"),
    "network": ("Item {\n    function f() { new XMLHttpRequest() }\n}\n", "network type"),
    "remote": ('Item {\n    property string a: "https://x"\n}\n', "remote address"),
    "colour": ('Rectangle {\n    color: "#ff0000"\n}\n', "colour outside"),
    "named colour": ('Rectangle {\n    border.color: "red"\n}\n', "colour outside"),
    "size": ("Item {\n    width: 24\n}\n", "size outside"),
    "size in a sum": ("Item {\n    anchors.margins: Theme.space1 + 3\n}\n", "size outside"),
    "access": ("AbstractButton {\n    id: a\n}\n", "Accessible.name"),
    "literal": ('Item {\n    heading: "Hello"\n}\n', "without qsTr"),
    "placeholder": ('TextArea {\n    placeholderText: qsTr("Ask %1").arg(name)\n}\n', "placeholder that"),
    "length": ("Item {\n" + "\n" * 251 + "}\n", "lines, at most"),
    "delegate": ("ListView {\n    delegate: Item {\n    }\n}\n", "ComponentBehavior"),
}
GOOD = ('pragma ComponentBehavior: Bound\nItem {\n    width: Theme.space2 * 2 + 1 // 24 px\n    Text {\n        text: qsTr("a")\n'
        '        textFormat: Text.PlainText\n    }\n    AbstractButton {\n        Accessible.name: qsTr("b")\n    }\n}\n')


def self_test() -> int:
    failed = [name for name, (text, message) in BAD.items() if not any(message in m for _, m in check("x.qml", text))]
    failed += [f"good: {offence}" for offence in check("x.qml", GOOD)]
    for name in failed:
        print(f"self-test failed: {name}")
    return 1 if failed else 0


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = pathlib.Path(sys.argv[1]) / "ui"
    files = sorted(root.rglob("*.qml"))
    if not files:
        print(f"no QML files under {root}")
        return 1
    offences = 0
    for path in files:
        for line, message in check(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")):
            print(f"ui/{path.relative_to(root)}:{line}: {message}")
            offences += 1
    print(f"{len(files)} QML files, {offences} offences")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
