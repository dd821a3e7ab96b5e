#!/usr/bin/env python3
"""Writes a Debian changelog from CHANGELOG.md.

    changelog.py CHANGELOG.md --version DEBIAN_VERSION --maintainer "NAME <MAIL>" --time SECONDS

The newest section becomes the entry of the package's version; its date is the given time (of the commit). Older sections keep the version
and the date of their headings ("## 0.2.0 (2026-12-24)"); a section without a date counts as a day older than the one above it.
"""
import argparse
import datetime
import re
import sys
import textwrap
from pathlib import Path

HEADING = re.compile(r"^## +(\d+\.\d+\.\d+\S*)(?: +\((\d{4}-\d{2}-\d{2}|[^)]*)\))?\s*$", re.M)


def plain(markdown):
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)  # links
    return re.sub(r"[`*]", "", text)


def points(section):
    """The list items of a section, each on one line; paragraphs before the list are items, too."""
    items = []
    for line in section.strip("\n").split("\n"):
        if not line.strip():
            items.append("")
        elif line.startswith("- ") or not items or items[-1] == "":
            items.append(line.removeprefix("- ").strip())
        else:
            items[-1] += " " + line.strip()
    return [plain(item) for item in items if item]


def entry(version, items, maintainer, date):
    lines = [f"hearth ({version}) unstable; urgency=medium", ""]
    for item in items:
        lines += textwrap.wrap(item, 78, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)
    lines += ["", f" -- {maintainer}  {date.strftime('%a, %d %b %Y %H:%M:%S')} +0000", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="Debian changelog from CHANGELOG.md")
    parser.add_argument("changelog", type=Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--maintainer", required=True)
    parser.add_argument("--time", type=int, required=True)
    options = parser.parse_args()
    text = options.changelog.read_text(encoding="utf-8")
    headings = list(HEADING.finditer(text))
    if not headings:
        print(f"changelog.py: {options.changelog} has no heading like '## 1.2.3 (2026-12-24)'.", file=sys.stderr)
        return 1
    date = datetime.datetime.fromtimestamp(options.time, datetime.timezone.utc)
    entries = []
    for i, heading in enumerate(headings):
        section = text[heading.end():headings[i + 1].start() if i + 1 < len(headings) else len(text)]
        version = options.version if i == 0 else heading[1].replace("-", "~")
        if i > 0:
            dated = re.fullmatch(r"\d{4}-\d{2}-\d{2}", heading[2] or "")
            date = datetime.datetime.fromisoformat(heading[2] + "T12:00:00+00:00") if dated else date - datetime.timedelta(days=1)
        entries.append(entry(version, points(section), options.maintainer, date))
    sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(entries), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
