#!/usr/bin/env python3
"""The translations are complete, fit the sources and are well written.

  translations.py ROOT LUPDATE

Prints one line per offence and exits with 1 if there is any. `--self-test` checks that each rule can fail.
"""
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

# File -> arguments of lupdate besides those of both, as in ui/CMakeLists.txt, and how many forms a text with a number has.
FILES = {"hearth_zh_CN.ts": ([], 1), "hearth_en.ts": (["-pluralonly"], 2)}
ARGUMENTS = ["-locations", "none", "-no-obsolete"]
# What a translation must keep: places for values, marks, line breaks and the sign for "asks for more".
MARKER = re.compile(r"%L?\d+|%n|</?\w[^>]*>|&\w+;|\n|…")
HAN = "\u3400-\u9fff"
HALF_WIDTH = re.compile(rf"(?<=[{HAN}])[,?!;:]|[,?!;:](?=[{HAN}])")
# Example questions: those for the starter model stay English, the only language it knows.
STAYS_ENGLISH = {"EmptyState"}

Entry = collections.namedtuple("Entry", "context source comment numerus")


def read(text):
    """Entry -> (kind of translation, its forms) of one .ts file."""
    entries = {}
    for context in ET.fromstring(text).iter("context"):
        for message in context.iter("message"):
            entry = Entry(context.findtext("name"), message.findtext("source"), message.findtext("comment") or "", message.get("numerus") == "yes")
            translation = message.find("translation")
            forms = translation.findall("numerusform") if entry.numerus else [translation]
            entries[entry] = (translation.get("type") or "", [form.text or "" for form in forms])
    return entries


def blanks(text):
    return text[:len(text) - len(text.lstrip())], text[len(text.rstrip()):]


def check_form(entry, form, chinese):
    if not form.strip():
        yield "is empty"
        return
    if sorted(MARKER.findall(form)) != sorted(MARKER.findall(entry.source)):
        yield "has other place markers than the source"
    if blanks(form) != blanks(entry.source) and re.search(r"\w", entry.source):  # not what stands between the items of a list
        yield "begins or ends with other blanks than the source"
    if not chinese:
        return
    if not re.search(f"[{HAN}]", form):
        if len(re.findall(r"[A-Za-z]{2,}", form)) > 2 and entry.context not in STAYS_ENGLISH:
            yield "is not in Chinese"
        return
    if form.rstrip().endswith("."):
        yield 'ends in an ASCII "."'
    for mark in sorted(set(HALF_WIDTH.findall(form))):
        yield f'has an ASCII "{mark}" beside Chinese'


def check(committed, updated, forms, chinese):
    """All offences of a file, given its entries and those after an update from the sources."""
    for entry in updated.keys() - committed.keys():
        yield entry, "is missing"
    for entry in committed.keys() - updated.keys():
        yield entry, "is in no source any more"
    for entry, (kind, texts) in committed.items():
        if kind:
            yield entry, f"is {kind}"
        if entry.numerus and len(texts) != forms:
            yield entry, f"has {len(texts)} forms, not {forms}"
        for text in texts:
            for message in check_form(entry, text, chinese):
                yield entry, message


def message(source, translation, kind="", numerus=False, context="A"):
    text = "".join(f"<numerusform>{form}</numerusform>" for form in translation) if numerus else translation
    plural = ' numerus="yes"' if numerus else ""
    state = f' type="{kind}"' if kind else ""
    return f"<context><name>{context}</name><message{plural}><source>{source}</source><translation{state}>{text}</translation></message></context>"


BAD = {
    "unfinished": (message("Open", "打开", "unfinished"), "is unfinished"),
    "vanished": (message("Open", "打开", "vanished"), "is vanished"),
    "empty": (message("Open", ""), "is empty"),
    "empty form": (message("%n lines", [""], numerus=True), "is empty"),
    "forms": (message("%n lines", ["%n 行", "%n 行"], numerus=True), "has 2 forms"),
    "place": (message("%1 of %2", "共 %1"), "place markers"),
    "number": (message("%n lines", ["行"], numerus=True), "place markers"),
    "mark": (message("a &lt;b&gt;word&lt;/b&gt;", "一个<![CDATA[<b>]]>词"), "place markers"),
    "ellipsis": (message("Open…", "打开"), "place markers"),
    "blanks": (message("Open ", "打开"), "blanks"),
    "full stop": (message("Done.", "完成."), 'ASCII "."'),
    "comma": (message("Yes, open", "好,打开"), 'ASCII ","'),
    "question": (message("Open? Yes", "打开? 好"), 'ASCII "?"'),
    "exclamation": (message("Hello! You", "你好!你"), 'ASCII "!"'),
    "English": (message("Open the other file", "Open the other file"), "not in Chinese"),
}
GOOD = (message("Open %1 &lt;b&gt;now&lt;/b&gt;, please…", "请立即 &lt;b&gt;打开&lt;/b&gt; %1…") + message("%n lines", ["%n 行"], numerus=True, context="B")
        + message("Top-p", "Top-p", context="C") + message(", ", "、", context="E") + message("All files (*.gguf).", "所有文件（*.gguf）。", context="D")
        + message("Tell me a story.", "Tell me a story.", context="EmptyState"))


def self_test():
    entries = {name: read(f"<TS>{text}</TS>") for name, (text, _) in BAD.items()}
    failed = [name for name, (_, expected) in BAD.items() if not any(expected in m for _, m in check(entries[name], entries[name], 1, True))]
    good = read(f"<TS>{GOOD}</TS>")
    failed += [f"good: {offence}" for offence in check(good, good, 1, True)]
    failed += [f"only for Chinese: {m}" for _, m in check(entries["comma"], entries["comma"], 1, False)]
    for name, committed, updated, expected in (("missing", {}, good, "is missing"), ("stale", good, {}, "is in no source")):
        if sum(expected in m for _, m in check(committed, updated, 1, True)) != len(good):
            failed.append(name)
    for name in failed:
        print(f"self-test failed: {name}")
    return 1 if failed else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root, lupdate = pathlib.Path(sys.argv[1]), sys.argv[2]
    offences, counts = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for name, (arguments, forms) in FILES.items():
            path = root / "resources/translations" / name
            copy = shutil.copy(path, folder)
            subprocess.run([lupdate, "ui", "app", "-ts", copy, *ARGUMENTS, *arguments], cwd=root, check=True, stdout=subprocess.DEVNULL)
            committed = read(path.read_text(encoding="utf-8"))
            updated = read(pathlib.Path(copy).read_text(encoding="utf-8"))
            counts.append(f"{name}: {len(committed)} entries")
            for entry, text in sorted(check(committed, updated, forms, chinese="zh" in name)):
                print(f"{name}: {entry.context}: {entry.source!r} {text}")
                offences += 1
    print(f"{', '.join(counts)}; {offences} offences" + ("; build update_translations, then translate" if offences else ""))
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
