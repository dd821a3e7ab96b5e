"""What the sources of the app say: keys, settings, errors, models on offer, labels and their Chinese texts.

Everything is read from the files that the app itself is built from, so that what Ember learns cannot drift away from it.
"""
import collections
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

STRING = r'"((?:[^"\\]|\\.)*)"'
LANGUAGES = ("en", "zh")

Setting = collections.namedtuple("Setting", "heading help")
Limits = collections.namedtuple("Limits", "standard least most")
Message = collections.namedtuple("Message", "name cause next_step")


def unescaped(text):
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def joined_strings(text):
    """The C++ string that neighbouring literals make."""
    return "".join(unescaped(part) for part in re.findall(STRING, text))


class AppSources:
    """Reads the tree at `root` once. Raises ValueError where a file no longer looks as expected."""

    def __init__(self, root):
        self.root = Path(root)
        self.translations, self.by_context = self._translations()
        self.keys, self.actions = self._shortcuts()
        self.limits = self._limits()
        self.settings = self._settings()
        self.errors = self._errors()
        self.models = json.loads(self._text("resources/catalogue.json"))["models"]
        self.guides = {"en": self._text("docs/user-guide/en.md"), "zh": self._text("docs/user-guide/zh_CN.md")}

    def _text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def _translations(self):
        """source -> its Chinese texts with how often, and (context, source) -> Chinese text."""
        texts, by_context = collections.defaultdict(collections.Counter), {}
        for context in ET.fromstring(self._text("resources/translations/hearth_zh_CN.ts")).iter("context"):
            for message in context.iter("message"):
                translation = message.find("translation")
                form = translation.find("numerusform")
                chinese = (form if form is not None else translation).text or ""
                texts[message.findtext("source")][chinese] += 1
                by_context[context.findtext("name"), message.findtext("source")] = chinese
        return texts, by_context

    def chinese(self, source, context=None):
        """The Chinese text of a label or message; KeyError: the app has no such text."""
        if context:
            return self.by_context[context, source]
        if source not in self.translations:
            raise KeyError(source)
        return self.translations[source].most_common(1)[0][0]

    def _shortcuts(self):
        text = self._text("ui/shortcuts/Shortcuts.qml")
        table = re.search(r"property var standard: \(\{(.*?)\}\)", text, re.S)
        keys = {name: re.findall(STRING, value) for name, value in re.findall(r"(\w+): \[([^\]]*)\]", table.group(1))} if table else {}
        actions = dict(re.findall(rf'\["(\w+)", qsTr\({STRING}\)\]', text))
        if len(keys) < 20 or set(actions) - set(keys):
            raise ValueError("ui/shortcuts/Shortcuts.qml: the table of keys was not understood")
        return keys, actions

    def _limits(self):
        """name of a setting in the store -> what it is at first, and its least and most."""
        found = {}
        for entry in re.findall(r"\{SettingKey::\w+,\s*(\"\w+\".*?)\},?\n(?=\s*(?:\{SettingKey|\}\}))", self._text("app/services/settings.cpp"), re.S):
            parts = re.match(r'"(\w+)",\s*(.*?),\s*\{.*?\}(?:,\s*([^,]+),\s*([^,]+))?$', entry.strip(), re.S)
            if parts:
                strip = lambda value: re.sub(r'^QStringLiteral\("(.*)"\)$|^qint64\((.*)\)$', lambda m: m.group(1) or m.group(2) or "", value.strip()) if value else None
                found[parts.group(1)] = Limits(*(strip(parts.group(k)) for k in (2, 3, 4)))
        if len(found) < 20:
            raise ValueError("app/services/settings.cpp: the definitions were not understood")
        return found

    def _settings(self):
        """The rows of the settings and of the settings of a chat, each once: heading and the sentence of help below it."""
        rows = {}
        for folder in ("ui/settings", "ui/control", "ui/policy"):
            for file in sorted((self.root / folder).glob("*.qml")):
                text = file.read_text(encoding="utf-8")
                for heading, expression in re.findall(rf"heading: qsTr\({STRING}\)\s*\n\s*help: (.*?)\n\s*(?:\n|\w[\w.]*:|\w+ \{{|\}})", text, re.S):
                    helps = [unescaped(part) for part in re.findall(rf"qsTr\({STRING}\)", expression)]
                    if helps and "%" not in helps[-1] and unescaped(heading) not in rows:
                        rows[unescaped(heading)] = Setting(unescaped(heading), helps[-1])
        if len(rows) < 15:
            raise ValueError("ui/settings: the rows were not understood")
        return list(rows.values())

    def _errors(self):
        text = self._text("app/errors/error_catalogue.cpp")
        noop = r'(?:QT_TRANSLATE_NOOP\(\s*"Errors",((?:\s*' + STRING.replace("(", "(?:", 1) + r')+)\)|"")'
        found = [Message(name, joined_strings(cause), joined_strings(step or "")) for name, cause, step in
                 re.findall(rf'Entry\{{\s*ErrorId::\w+,\s*"([\w-]+)",\s*{noop},\s*{noop}\}}', text)]
        if len(found) != len(re.findall(r"Entry\{\s*ErrorId::", text)) or len(found) < 50:
            raise ValueError(f"app/errors/error_catalogue.cpp: {len(found)} messages were understood, not all")
        return found
