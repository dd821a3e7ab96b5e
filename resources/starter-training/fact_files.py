"""The text files of facts, small talk and redirects, and the places in them that the app's sources fill.

A file is UTF-8 and has blocks with a blank line between them; lines that begin with # are remarks:

  id: chat-new
  q: How do I start a new chat?
  q: open a new chat
  a: Press {key:newChat} or the button {ui:New chat} above the list.

A block has one `id`, at least four `q` and one `a` (redirects: several, one of which is taken for each question). Lines `p` are patterns of further
questions, to train with only: `p: (delete|remove) (a|this|) (chat|conversation)` stands for twelve of them. A block about a setting may name it
(`setting: Temperature`, as the row is called in English): it then takes the place of the fact that is made from this row, with its wordings. Places:

  {key:ACTION}     the first key of an action of ui/shortcuts/Shortcuts.qml      {keys:ACTION}  all of them
  {ui:TEXT}        a text of the window, in Chinese its translation in quotes     {ui:Context|TEXT}  where one text has several
  {default:NAME} {least:NAME} {most:NAME}   of a setting of app/services/settings.cpp
  {guide:TEXT}     a text that the user guide of the same language must contain
"""
import collections
import itertools
import math
import re

MOST_EXPANSIONS = 2000
Block = collections.namedtuple("Block", "id questions answers place setting patterns", defaults=("", ()))
PLACE = re.compile(r"\{(\w+):([^{}]*)\}")


class FactError(ValueError):
    """A block that cannot be used, with its file and line."""


def read_blocks(path, parts="qa"):
    """The blocks of a file, in their order; those of blind/ have questions only (`parts` "q"), those of patterns/ patterns only ("p"). Raises FactError."""
    blocks, current, start = [], {}, 0
    lines = path.read_text(encoding="utf-8").splitlines() + [""]
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        if not line.strip():
            if current:
                blocks.append(finished(current, f"{path.name}:{start}", parts))
            current = {}
            continue
        match = re.fullmatch(r"(id|setting|q|p|a): (\S.*?)\s*", line)
        if not match:
            raise FactError(f"{path.name}:{number}: expected 'id: ', 'setting: ', 'q: ', 'p: ' or 'a: ', found {line[:40]!r}")
        if not current:
            start = number
        current.setdefault(match.group(1), []).append(match.group(2))
    return blocks


def finished(fields, place, parts):
    if len(fields.get("id", [])) != 1 or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", fields["id"][0]):
        raise FactError(f"{place}: a block has one id of small letters, digits and hyphens")
    for part, name in (("q", "question"), ("a", "answer"), ("p", "pattern")):
        if part in parts and not fields.get(part) or part not in parts and part in fields and (part != "p" or "a" not in parts):
            raise FactError(f"{place}: {fields['id'][0]} has " + (f"no {name}" if part in parts else f"a {name}, which does not belong in this file"))
    return Block(fields["id"][0], fields.get("q", []), fields.get("a", []), place, fields.get("setting", [""])[0], fields.get("p", []))


def expanded(pattern):
    """All questions that a pattern stands for. Raises ValueError for brackets that do not fit."""
    parts = re.split(r"\(([^()]*)\)", pattern)
    if any(sign in part for part in parts[::2] for sign in "()|"):
        raise ValueError(f"brackets or bars that do not fit: {pattern!r}")
    choices = [part.split("|") if k % 2 else [part] for k, part in enumerate(parts)]
    if math.prod(map(len, choices)) > MOST_EXPANSIONS:
        raise ValueError(f"stands for more than {MOST_EXPANSIONS} questions: {pattern!r}")
    return list(dict.fromkeys(re.sub(r"\s+", " ", "".join(chosen)).strip() for chosen in itertools.product(*choices)))


def shown_label(text):
    """A label as it is spoken of: without the sign for "asks for more"."""
    return text.rstrip("…").replace("&", "")


def filled(text, app, language, place=""):
    """`text` with its places filled from the app's sources. Raises FactError for one that the app does not have."""
    def fill(match):
        kind, value = match.group(1), match.group(2)
        try:
            if kind in ("key", "keys"):
                keys = app.keys[value]
                return keys[0] if kind == "key" else (" or " if language == "en" else " 或 ").join(keys)
            if kind == "ui":
                context, _, label = value.rpartition("|")
                chinese = app.chinese(label, context or None)
                return shown_label(label) if language == "en" else "“" + shown_label(chinese) + "”"
            if kind in ("default", "least", "most"):
                limits = app.limits[value]
                return {"default": limits.standard, "least": limits.least, "most": limits.most}[kind].replace("'", "")
            if kind == "guide":
                if value not in app.guides[language]:
                    raise KeyError(value)
                return value
        except (KeyError, AttributeError):
            raise FactError(f"{place}: the app has no {kind} {value!r}") from None
        raise FactError(f"{place}: {{{kind}:…}} is no place that can be filled")
    return plain(PLACE.sub(fill, text), language)


def plain(text, language):
    """Typographic signs as people type them."""
    if language == "en":
        for old, new in (("“", '"'), ("”", '"'), ("’", "'"), ("‘", "'"), ("…", "...")):
            text = text.replace(old, new)
    return re.sub(r"\s+", " ", text).strip()


def asked(question):
    """A question without what must make no difference: case, blanks and punctuation at its end."""
    return re.sub(r"\s+", " ", question.lower()).strip(" ?!.,:;。？！，：；")
