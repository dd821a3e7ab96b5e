#!/usr/bin/env python3
"""QML modules that a tree of QML files needs at run time, found from its imports and from those of the modules themselves.

    qml_modules.py QML_ROOT DIR...

prints a line "URI<TAB>FOLDER" for each module below QML_ROOT (Qt's folder of QML modules) that is used by the .qml files of the
folders DIR: imported there, imported or depended on by a used module, or the private part of one. Modules that are not below QML_ROOT are
taken for those of the program; an import that is neither there nor below QML_ROOT makes it fail.
"""
import os
import re
import sys

_IMPORT = re.compile(r"^\s*import\s+([A-Za-z_][\w.]*)", re.M)
# `optional import` lines are styles that a program may choose at run time; Hearth chooses Basic.
_QMLDIR = re.compile(r"^\s*(?:default\s+)?(?:import|depends)\s+([A-Za-z_][\w.]*)", re.M)
_MODULE = re.compile(r"^\s*module\s+(\S+)", re.M)
# A module's plugin reaches these from C++, without an import that can be read.
_PRIVATE = ("impl", "quickimpl")
# For the QML compiler and for tools that edit QML; nothing to load.
_TOOLING = {"QML", "QtQuick.tooling"}


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def qml_files(folder):
    """The .qml files of a folder; of its subfolders, too, where they are not modules of their own, variants of a style, or for a designer."""
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f != "designer" and not f.startswith("+") and not os.path.exists(os.path.join(base, f, "qmldir")))
        for name in sorted(files):
            if name.endswith((".qml", ".js", ".mjs")):
                yield os.path.join(base, name)


def imports_of(folder):
    found = set()
    for path in qml_files(folder):
        found.update(_IMPORT.findall(read(path)))
    return found


def needed_by_module(uri, folder):
    qmldir = read(os.path.join(folder, "qmldir"))
    found = set(_QMLDIR.findall(qmldir)) | imports_of(folder)
    for name in _PRIVATE:
        if os.path.exists(os.path.join(folder, name, "qmldir")):
            found.add(f"{uri}.{name}")
    return found


def resolve(qml_root, folders):
    """{uri: folder} of the used modules below `qml_root`; raises ValueError for imports that are nowhere."""
    own, wanted = set(), set()
    for folder in folders:
        wanted |= imports_of(folder)
        own.update(m for path in (os.path.join(b, "qmldir") for b, _, f in os.walk(folder) if "qmldir" in f) for m in _MODULE.findall(read(path)))
    modules, missing = {}, set()
    todo = sorted(wanted)
    while todo:
        uri = todo.pop()
        if uri in modules or uri in own or uri in _TOOLING or uri in missing:
            continue
        folder = os.path.join(qml_root, *uri.split("."))
        if os.path.exists(os.path.join(folder, "qmldir")):
            modules[uri] = folder
            todo += sorted(needed_by_module(uri, folder))
        elif uri in wanted and uri.split(".")[0] != "Hearth":
            missing.add(uri)  # one of a Qt module's own imports may be missing: that of a control that its package does not cover
    if missing:
        raise ValueError("no QML module below " + qml_root + " for: " + ", ".join(sorted(missing)))
    return modules


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        modules = resolve(sys.argv[1], sys.argv[2:])
    except ValueError as problem:
        sys.exit(f"qml_modules.py: {problem}")
    for uri in sorted(modules):
        print(f"{uri}\t{modules[uri]}")


if __name__ == "__main__":
    main()
