#!/usr/bin/env python3
"""Checks that the program holds every QML file of the window as a unit compiled by qmlcachegen, so that none is compiled at a start.

    qml_compiled.py PROGRAM UI_FOLDER [NM]

PROGRAM must not be stripped. Together with tests/gui/opening_test.cpp, which finds no cache of compiled QML after a session.
"""
import pathlib
import re
import subprocess
import sys


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    nm = sys.argv[3] if len(sys.argv) > 3 else "nm"
    symbols = subprocess.run([nm, "-C", program], check=True, capture_output=True, text=True).stdout
    units = set(re.findall(r"QmlCacheGeneratedCode::(\w+)::unit$", symbols, re.M))
    files = sorted(path.relative_to(folder) for path in folder.rglob("*.qml"))
    missing = [str(path) for path in files if "_qt_qml_Hearth_Ui_" + re.sub(r"[^A-Za-z0-9_]", "_", str(path)) not in units]
    if not files or missing:
        sys.exit(f"not compiled ahead, of {len(files)} files: " + ", ".join(missing))
    print(f"{len(files)} QML files are compiled into {program}")


main()
