#!/usr/bin/env python3
"""Runs Qt's QML compiler and brings its output into an order that does not depend on where its objects lay in memory.

    stable_qmlcachegen.py QMLCACHEGEN ARGUMENT...

The compiler of Qt 6.4 declares the variables of a function (`QObject *r2_1;`, one a line) in the order of addresses in its own memory, so that two
runs over one file differ. Each run of such lines is sorted; nothing else is touched. Declarations have no initial values, so their order means nothing.
"""

import re
import subprocess
import sys

DECLARATION = re.compile(r"[A-Za-z_][\w:<>, ]*[\w>][ *&]+r\d+(?:_\d+)?;")


def sorted_declarations(text):
    """The text with every run of lines that declare one variable each sorted."""
    result, run = [], []
    for line in text.split("\n"):
        if DECLARATION.fullmatch(line) and not line.startswith("return "):
            run.append(line)
            continue
        result += sorted(run) + [line]
        run = []
    return "\n".join(result + sorted(run))


def main():
    compiler, arguments = sys.argv[1], sys.argv[2:]
    status = subprocess.run([compiler, *arguments], check=False).returncode
    if status == 0 and "-o" in arguments:
        path = arguments[arguments.index("-o") + 1]
        with open(path, encoding="utf-8", newline="") as file:
            written = file.read()
        stable = sorted_declarations(written)
        if stable != written:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(stable)
    return status


if __name__ == "__main__":
    sys.exit(main())
