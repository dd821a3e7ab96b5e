#!/usr/bin/env python3
"""Writes docs/errors/en.md and docs/errors/zh_CN.md from the sources of the messages, or checks that they are up to date.

  error_docs.py ROOT [--check]

What the window says comes from app/errors/error_catalogue.cpp and the translations; what the engine and hearth-cli say in detail
comes from the `Error{ErrorCode::...}` of engine/.
"""
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

GROUPS = [("storage", "Conversations", "对话"), ("erase", None, None), ("folder", "Data folder", "数据文件夹"),
          ("export", "Chats as files, and backups", "对话文件与备份"), ("import", None, None), ("backup", None, None), ("model", "Models", "模型"), ("last", None, None),
          ("starter", None, None), ("no", None, None), ("held", None, None), ("engine", "Engine", "引擎"),
          ("library", "Models and adapters on this computer", "本机的模型和适配器"),
          ("adapter", "Adapters", "适配器"), ("adapters", None, None), ("answer", None, None), ("chat", None, None),
          ("network", "Network and downloads", "网络与下载"), ("hub", None, None), ("download", None, None), ("secret", None, None),
          ("catalogue", "List of models", "模型目录"),
          ("opened", "Opened files", "打开的文件"),
          ("file", "Saved files", "保存的文件"),
          ("update", "Newer versions", "新版本"),
]
CODES = ["io", "not_found", "bad_file", "unsupported", "out_of_memory", "invalid_argument", "context_full", "queue_full", "cancelled", "device"]
TEXTS = {
    "en": {"title": "Error catalogue", "made": "Written by scripts/error_docs.py from the sources; do not edit.",
           "intro": "Every problem that the window reports, with its cause and the next step. %1 and %2 stand for names, dates and numbers. The name in the "
                    "first column never changes; it is what the database stores.",
           "columns": "| name | message | next step |", "engine": "Details from the engine",
           "engine_intro": "Under a message of the engine the window shows a line of details, and hearth-cli prints it: English, with file names, tensors "
                           "and sizes in the place of {}. Where there is no hint, the next step of the kind above applies.",
           "engine_columns": "| kind | detail | hint |"},
    "zh_CN": {"title": "错误目录", "made": "由 scripts/error_docs.py 从源代码生成，请勿手工修改。",
              "intro": "窗口报告的每个问题，及其原因和下一步。%1、%2 代表名称、日期和数字。第一列的名称永不改变，数据库里存的就是它。",
              "columns": "| 名称 | 信息 | 下一步 |", "engine": "引擎给出的细节",
              "engine_intro": "引擎的信息下面，窗口会显示一行细节，hearth-cli 也会打印它：英文，{} 处是文件名、张量和大小。没有提示时，适用上面同类信息的下一步。",
              "engine_columns": "| 种类 | 细节 | 提示 |"},
}
STRING = r'"((?:[^"\\]|\\.)*)"'


def joined(literals):
    return "".join(re.findall(STRING, literals)).replace('\\"', '"').replace("\\n", " ")


def leading(code):
    """The first string literals in a row; others belong to arguments of it."""
    found = re.search(rf"(?:{STRING}\s*)+", code)
    return found.group() if found else ""


def catalogue(root):
    """(name, cause, next step) of each entry, English."""
    source = (root / "app/errors/error_catalogue.cpp").read_text(encoding="utf-8")
    strings = rf"(?:{STRING}\s*)+"
    text = rf'(?:QT_TRANSLATE_NOOP\(\s*"Errors",\s*({strings})\)|({STRING}))'
    entries = []
    for match in re.finditer(rf'Entry\{{\s*ErrorId::\w+,\s*"([\w-]+)",\s*{text},\s*{text}\s*\}}', source):
        parts = match.groups()
        half = (len(parts) - 1) // 2
        first, second = parts[1:1 + half], parts[1 + half:]
        entries.append((parts[0], joined(first[0] or first[2] or ""), joined(second[0] or second[2] or "")))
    expected = len(re.findall(r"Entry\{\s*ErrorId::", source))
    if len(entries) != expected:
        raise SystemExit(f"error_docs.py read {len(entries)} of {expected} entries")
    return entries


def translations(root):
    tree = ET.parse(root / "resources/translations/hearth_zh_CN.ts")
    return {m.findtext("source"): m.findtext("translation") for c in tree.iter("context") if c.findtext("name") == "Errors" for m in c.iter("message")}


def arguments(text, start):
    """The comma-separated arguments from `start` to the bracket that closes them."""
    depth, args, begin, i = 0, [], start, start
    while i < len(text):
        if text[i] == '"':
            i += 1
            while text[i] != '"':
                i += 2 if text[i] == "\\" else 1
        elif text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            if depth == 0:
                return args + [text[begin:i]]
            depth -= 1
        elif text[i] == "," and depth == 0:
            args.append(text[begin:i])
            begin = i + 1
        i += 1
    return args


def engine_details(root):
    """(code, message, hint) of the engine's errors."""
    found = set()
    for path in sorted((root / "engine").rglob("*.cpp")):
        source = path.read_text(encoding="utf-8")
        for match in re.finditer(r"ErrorCode::(\w+),", source):
            args = arguments(source, match.end())
            message = joined(leading(args[0])) if args else ""
            if not re.search(r"\w{3}", message):
                continue  # the message is put together elsewhere
            found.add((match.group(1), message[0].upper() + message[1:], joined(leading(args[1])) if len(args) > 1 else ""))
    return sorted(found, key=lambda e: (CODES.index(e[0]), *e[1:]))


def page(root, language):
    words = TEXTS[language]
    known = translations(root) if language != "en" else {}

    def say(text):
        return (known.get(text) or text) if text else "–"

    lines = [f"# {words['title']}", "", f"<!-- {words['made']} -->", "", words["intro"]]
    entries = catalogue(root)
    heading = None
    for prefix, english, chinese in GROUPS:
        title = english if language == "en" else chinese
        if title and title != heading:
            heading = title
            lines += ["", f"## {title}", "", words["columns"], "|---|---|---|"]
        lines += [f"| {name} | {say(cause)} | {say(step)} |" for name, cause, step in entries if name.split("-")[0] == prefix]
    lines += ["", f"## {words['engine']}", "", words["engine_intro"], "", words["engine_columns"], "|---|---|---|"]
    escaped = lambda text: text.replace("|", "\\|") or "–"
    lines += [f"| {code} | {escaped(message)} | {escaped(hint)} |" for code, message, hint in engine_details(root)]
    written = "\n".join(lines) + "\n"
    missing = [name for name, _, _ in entries if f"| {name} |" not in written]
    if missing:
        raise SystemExit(f"error_docs.py has no group for {missing}")
    return written


def main():
    root = Path(sys.argv[1])
    stale = []
    for language in TEXTS:
        path = root / f"docs/errors/{language}.md"
        text = page(root, language)
        if sys.argv[2:] == ["--check"]:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(str(path))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run scripts/error_docs.py {root}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
