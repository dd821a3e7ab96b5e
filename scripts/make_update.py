#!/usr/bin/env python3
"""Writes the news of a version that Hearth's search for updates reads (docs/packaging.md). Sign it with sign_json.py afterwards.

  make_update.py OUT.json [FILE...] --page https://... [options]

  FILE                packages of the version; their kinds are told from their names (.deb, .tar.zst, .exe)
  --page URL          where a person gets it
  --version V         the version, else that of CMakeLists.txt
  --changelog FILE    whose section "## V (YYYY-MM-DD)" has the notes, else CHANGELOG.md
  --notes-zh FILE     the notes in Chinese
  --date YYYY-MM-DD   of the version, else that of the section
  --channel NAME      stable or preview; else preview for a pre-release, stable for others
  --issued TIME       YYYY-MM-DDTHH:MM:SSZ, else SOURCE_DATE_EPOCH. Must be later than that of the news published before
  --valid-days N      until when the news are believed, else 180 days
  --keep OLD.json     its other versions are kept, and its time is checked

The same input gives the same bytes: the script never asks for the time.
"""
import argparse
import datetime
import hashlib
import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = {".deb": "deb", ".tar.zst": "portable", ".exe": "windows"}
MOST_BYTES, MOST_NOTES, MOST_VERSIONS = 64 * 1024, 16 * 1024, 32  # app/services/update_file.*
TIME = "%Y-%m-%dT%H:%M:%SZ"
NUMBER, PART = r"(0|[1-9]\d*)", r"(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
VERSION = re.compile(rf"{NUMBER}\.{NUMBER}\.{NUMBER}(-{PART}(\.{PART})*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?", re.ASCII)


class Bad(Exception):
    pass


def need(condition, message):
    if not condition:
        raise Bad(message)


def project_version():
    return re.search(r"project\(hearth VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)


def unwrapped(lines):
    """Lines of a paragraph or of a list item become one line: the window breaks them itself."""
    out = []
    for line in lines:
        text = line.strip()
        begins = not text or not out or not out[-1] or text.startswith(("- ", "* ", "#"))
        if begins:
            out.append(text)
        else:
            out[-1] += " " + text
    return "\n".join(out).strip()


def section(changelog, version):
    """Date (None: not released) and notes of the section of `version`."""
    found, lines, date = False, [], None
    for line in changelog.read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"## (\S+)(?: \((.*)\))?", line)
        if heading:
            if found:
                break
            if heading.group(1) == version:
                found = True
                date = heading.group(2) if re.fullmatch(r"\d{4}-\d\d-\d\d", heading.group(2) or "") else None
        elif found:
            lines.append(line)
    need(found, f"{changelog} has no section for {version}")
    return date, unwrapped(lines)


def package(path):
    kind = next((kind for end, kind in KINDS.items() if path.name.endswith(end)), None)
    need(kind, f"{path.name}: not a .deb, .tar.zst or .exe")
    need(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+~-]{0,199}", path.name), f"{path.name}: a name that Hearth does not show")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    need(path.stat().st_size > 0, f"{path} is empty")
    return {"kind": kind, "name": path.name, "size": path.stat().st_size, "sha256": digest.hexdigest()}


def issued_time(options):
    if options.issued:
        return datetime.datetime.strptime(options.issued, TIME)
    need(os.environ.get("SOURCE_DATE_EPOCH"), "Give --issued or SOURCE_DATE_EPOCH.")
    return datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc).replace(tzinfo=None)


def release(options):
    version = options.version or project_version()
    need(VERSION.fullmatch(version), f"{version} is no semantic version")
    is_preview = "-" in version.split("+")[0]
    date, notes = section(Path(options.changelog), version.split("+")[0] if options.version is None else version)
    date = options.date or date
    need(date, f"The section of {version} has no date; give --date.")
    datetime.date.fromisoformat(date)
    need(re.fullmatch(r"https://[^\s@]+", options.page), "--page must be an https address")
    texts = {"en": notes}
    if options.notes_zh:
        texts["zh_CN"] = Path(options.notes_zh).read_text(encoding="utf-8").strip()
    for text in texts.values():
        need(len(text) <= MOST_NOTES, f"notes of {len(text)} characters; Hearth shows {MOST_NOTES}")
    channel = options.channel or ("preview" if is_preview else "stable")
    files = sorted((package(Path(path)) for path in options.files), key=lambda file: (list(KINDS.values()).index(file["kind"]), file["name"]))
    return {"version": version, "channel": channel, "date": date, "notes": texts, "page": options.page, "files": files}


def news(options):
    issued = issued_time(options)
    made = release(options)
    versions = [made]
    if options.keep:
        old = json.loads(Path(options.keep).read_text(encoding="utf-8"))
        need(datetime.datetime.strptime(old["issued"], TIME) < issued, f"{options.keep} was issued at {old['issued']}, which is not earlier")
        versions += [other for other in old["versions"] if other["version"] != made["version"]]
        versions = versions[:MOST_VERSIONS]
    return {"format": 1, "issued": issued.strftime(TIME), "expires": (issued + datetime.timedelta(days=options.valid_days)).strftime(TIME),
            "versions": versions}


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip(), add_help=True)
    parser.add_argument("out")
    parser.add_argument("files", nargs="*")
    for name in ("version", "notes-zh", "date", "issued", "keep"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--page", required=True)
    parser.add_argument("--changelog", default=str(ROOT / "CHANGELOG.md"))
    parser.add_argument("--channel", choices=("stable", "preview"))
    parser.add_argument("--valid-days", type=int, default=180)
    options = parser.parse_intermixed_args()
    try:
        text = json.dumps(news(options), ensure_ascii=False, indent=2) + "\n"
        need(len(text.encode()) <= MOST_BYTES, f"{len(text.encode())} bytes; Hearth reads {MOST_BYTES}: keep fewer versions or shorten the notes")
    except (Bad, OSError, ValueError, KeyError) as error:
        print(f"make_update.py: {error}", file=sys.stderr)
        return 1
    Path(options.out).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
