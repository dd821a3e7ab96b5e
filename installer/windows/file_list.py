#!/usr/bin/env python3
"""Writes which files the Windows installer brings, and which ones its uninstaller removes: exactly those, never a whole folder.

  file_list.py STAGE OUT.nsh

STAGE is the folder as it will be on the computer (bin/, share/). OUT.nsh gets the macros BringFiles and RemoveFiles of hearth.nsi.
"""
import sys
from pathlib import Path


def quoted(text):
    return '"' + text.replace("$", "$$").replace('"', '$\\"') + '"'


def main(stage, out):
    stage = Path(stage)
    files = sorted(p.relative_to(stage) for p in stage.rglob("*") if p.is_file())
    if not files:
        raise SystemExit(f"{stage} holds no files.")
    folders = sorted({parent for f in files for parent in f.parents if parent != Path(".")}, key=lambda p: (len(p.parts), p), reverse=True)
    lines = ["!macro BringFiles"]
    last = None
    for f in files:
        if f.parent != last:
            last = f.parent
            lines.append("  SetOutPath " + quoted("$INSTDIR" if last == Path(".") else "$INSTDIR\\" + "\\".join(last.parts)).replace("$$INSTDIR", "$INSTDIR"))
        lines.append(f'  File "{stage.resolve() / f}"')  # read by the compiler, which knows no "$" there
    lines += ["!macroend", "", "!macro RemoveFiles"]
    for f in files:
        lines.append("  Delete " + quoted("$INSTDIR\\" + "\\".join(f.parts)).replace("$$INSTDIR", "$INSTDIR"))
    for d in folders:
        lines.append("  RMDir " + quoted("$INSTDIR\\" + "\\".join(d.parts)).replace("$$INSTDIR", "$INSTDIR"))
    lines += ["!macroend", ""]
    Path(out).write_text("\ufeff" + "\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
