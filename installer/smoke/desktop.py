"""What a desktop does with an entry: the Desktop Entry Specification's Exec line, and the MIME database's answer to a file name.
Only what a launcher has to know; https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html"""
import fnmatch
from urllib.parse import quote

RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")


def read_entry(text):
    """The group [Desktop Entry] as a dictionary; escapes of strings are resolved."""
    entry, inside = {}, False
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            inside = line == "[Desktop Entry]"
        elif inside and line and not line.startswith("#"):
            key, _, value = line.partition("=")
            entry[key.strip()] = unescape(value.strip())
    return entry


def unescape(value):
    """The escapes of values of the type string: \\s \\n \\t \\r \\\\; others stay, for the quoting of Exec."""
    result, at = "", 0
    known = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    while at < len(value):
        if value[at] == "\\" and at + 1 < len(value) and value[at + 1] in known:
            result += known[value[at + 1]]
            at += 2
        else:
            result += value[at]
            at += 1
    return result


def split_exec(line):
    """The arguments of an Exec line, as (text, was quoted); raises ValueError where the specification forbids the line."""
    arguments, at = [], 0
    while at < len(line):
        if line[at] == " ":
            at += 1
        elif line[at] == '"':
            text, at = _quoted(line, at + 1)
            if at < len(line) and line[at] != " ":
                raise ValueError(f"an argument must be quoted as a whole: {line}")
            arguments.append((text, True))
        else:
            end = line.find(" ", at)
            end = len(line) if end < 0 else end
            text = line[at:end]
            if set(text) & RESERVED:
                raise ValueError(f"reserved characters must be quoted: {text}")
            arguments.append((text, False))
            at = end
    return arguments


def _quoted(line, at):
    text = ""
    while at < len(line):
        if line[at] == '"':
            return text, at + 1
        if line[at] == "\\" and at + 1 < len(line) and line[at + 1] in '"`$\\':
            at += 1
        elif line[at] in "`$":
            raise ValueError(f"must be escaped within quotes: {line[at]}")
        text += line[at]
        at += 1
    raise ValueError(f"the quote is not closed: {line}")


def command(entry, files=(), location="/usr/share/applications/hearth.desktop"):
    """The command that a launcher runs for an entry with files; one command, though %f and %u would start one for each file."""
    result = []
    for text, quoted in split_exec(entry["Exec"]):
        if text in ("%F", "%U", "%f", "%u") and not quoted:
            chosen = list(files) if text[1].isupper() else list(files)[:1]
            result += [f"file://{quote(name)}" if text[1] in "uU" else name for name in chosen]
        elif text == "%i":
            result += ["--icon", entry["Icon"]] if entry.get("Icon") else []
        else:
            result.append(_expand(text, entry, location))
    return result


def _expand(text, entry, location):
    result, at = "", 0
    while at < len(text):
        if text[at] == "%":
            code = text[at + 1:at + 2]
            values = {"%": "%", "c": entry.get("Name", ""), "k": location, **dict.fromkeys("dDnNvm", "")}  # the last ones are deprecated
            if code not in values:
                raise ValueError(f"unknown field code or one that must stand alone: %{code}")
            result += values[code]
            at += 2
        else:
            result += text[at]
            at += 1
    return result


def mime_type(globs2, name):
    """The type of a file by its name, from the text of /usr/share/mime/globs2: the heaviest, then the longest pattern."""
    best = (-1, -1, "")
    for line in globs2.splitlines():
        if line.startswith("#") or line.count(":") < 2:
            continue
        weight, kind, pattern = line.split(":")[:3]
        exact = fnmatch.fnmatchcase(name, pattern)
        if exact or fnmatch.fnmatchcase(name.lower(), pattern.lower()):
            best = max(best, (int(weight), len(pattern), kind))
    return best[2]


def applications(mimeinfo, kind):
    """The entries for a type, from the text of mimeinfo.cache."""
    for line in mimeinfo.splitlines():
        key, _, value = line.partition("=")
        if key == kind:
            return [name for name in value.split(";") if name]
    return []
