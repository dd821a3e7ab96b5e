#!/usr/bin/env python3
"""QML modules that a tree of QML files needs at run time, found from its imports and from what the modules themselves need.

    qml_modules.py QML_ROOT DIR...

prints a line "URI<TAB>FOLDER" for each module below QML_ROOT (Qt's folder of QML modules) that the .qml files of the folders DIR need:
  - their imports; `import`, `default import` and `depends` of a qmldir (optional imports are other styles of the controls);
  - the imports of a module's QML files, when a type of that name is used, or all of them for a module that C++ loads;
  - submodules that the C++ of a module loads by name. The dialogs are such: QtQuick.Dialogs has no QML file, its library creates
    those of QtQuick.Dialogs.quickimpl. Names of modules are UTF-16 text in the libraries, because C++ makes QStrings of them.
Modules whose name begins with Hearth are the program's own. It fails when another one is not there: a package made then would not start.
"""
import functools
import os
import re
import subprocess
import sys
from pathlib import Path

OWN = re.compile(r"Hearth\b")
BUILT_IN = {"QML"}  # types that the library libQt6Qml registers itself
URI = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
IMPORT = re.compile(rf"^\s*import\s+({URI})(?:\s+\d+(?:\.\d+)?)?(?:\s+as\s+(\w+))?\s*;?\s*(?://.*)?$", re.M)
DIRECTIVE = re.compile(rf"^\s*(default import|import|depends)\s+({URI})", re.M)
QML_TYPE = re.compile(r"^\s*(?:singleton\s+|internal\s+)?([A-Z]\w*)\s+(?:\d+\.\d+\s+)?(\S+\.qml)\s*$", re.M)
PLUGIN = re.compile(r"^\s*(?:optional\s+)?plugin\s+(\w+)", re.M)
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.S)
UTF16_NAME = re.compile(rb"(?:[A-Za-z0-9_.]\0){4,}")


class Missing(ValueError):
    pass


@functools.cache
def needed_libraries(library):
    """Files of the Qt libraries that a library is linked with."""
    listing = subprocess.run(["ldd", str(library)], check=True, capture_output=True, text=True).stdout
    return [Path(path).resolve() for path in re.findall(r"libQt6\w+\.so\S*\s+=>\s+(\S+)", listing)]


@functools.cache
def contents(library):
    return library.read_bytes()


def utf16_names(library, beginning):
    """Names in a library that begin so, written as C++ writes QStrings."""
    data, first = contents(library), beginning.encode("utf-16-le")
    found, at = set(), data.find(first)
    while at >= 0:
        name = UTF16_NAME.match(data, at)
        found.add(name.group().decode("utf-16-le"))
        at = data.find(first, name.end())
    return found


def qml_files(folder):
    """The .qml files of a folder; of its subfolders, too, where they are not modules of their own, variants of a style, or for a designer."""
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f != "designer" and not f.startswith("+") and not os.path.exists(os.path.join(base, f, "qmldir")))
        for name in sorted(files):
            if name.endswith((".qml", ".js", ".mjs")):
                yield os.path.join(base, name)


def qml_of(path):
    """The imports of a QML file and the type names that it may mean."""
    text = COMMENT.sub(" ", path.read_text(encoding="utf-8"))
    imports = {match.group(1) for match in IMPORT.finditer(text)}
    return imports, set(re.findall(r"\b[A-Z]\w*\b", text))


class Module:
    def __init__(self, uri, folder):
        self.uri, self.folder = uri, folder
        qmldir = (folder / "qmldir").read_text(encoding="utf-8")
        self.needs = {name for _, name in DIRECTIVE.findall(qmldir)}
        self.types = {}
        for name, file in QML_TYPE.findall(qmldir):
            if "+" not in file:  # another style
                self.types.setdefault(name, set()).add(folder / file)
        self.plugins = [folder / f"lib{name}.so" for name in PLUGIN.findall(qmldir)]

    def loaded_by_code(self):
        """Submodules whose names are in the plugin or in the libraries it is linked with."""
        found = set()
        for plugin in self.plugins:
            if not plugin.is_file():
                continue  # the types are in a library that the program is linked with
            for library in [plugin.resolve(), *needed_libraries(plugin)]:
                found |= utf16_names(library, self.uri + ".")
        return found


class Closure:
    """Modules and QML files that are reached from some files."""

    def __init__(self, qml_dir):
        self.qml_dir = qml_dir
        self.modules, self.files, self.whole = {}, set(), set()

    def module(self, uri, reason):
        if OWN.match(uri) or uri in BUILT_IN:
            return None
        if uri not in self.modules:
            folder = self.qml_dir.joinpath(*uri.split("."))
            if not (folder / "qmldir").is_file():
                raise Missing(f"{reason} imports {uri}, which is not installed in {self.qml_dir}.")
            found = self.modules[uri] = Module(uri, folder)
            for need in sorted(found.needs):
                self.module(need, f"the module {uri}")
            for name in sorted(found.loaded_by_code()):
                if self.qml_dir.joinpath(*name.split("."), "qmldir").is_file():
                    self.add_whole(name, f"the library of {uri}")
        return self.modules[uri]

    def add_whole(self, uri, reason):
        found = self.module(uri, reason)
        if found and uri not in self.whole:
            self.whole.add(uri)
            for files in found.types.values():
                for file in files:
                    self.add_file(file)

    def add_file(self, path):
        if path in self.files or not path.is_file():
            return  # a qmldir may list files that only exist inside the library
        self.files.add(path)
        imports, names = qml_of(path)
        reached = [self.module(uri, str(path)) for uri in sorted(imports)]
        reached += [self.modules[need] for found in list(reached) if found for need in found.needs if need in self.modules]
        for found in filter(None, reached):
            for name in names & found.types.keys():
                for file in found.types[name]:
                    self.add_file(file)
        # Names of the file's own folder need no import.
        for name in names:
            self.add_file(path.parent / f"{name}.qml")


def resolve(qml_root, folders):
    """{uri: folder} of the modules below `qml_root` that the QML files of `folders` need; raises ValueError where one is missing."""
    closure = Closure(Path(qml_root))
    files = sorted(path for folder in folders for path in Path(folder).rglob("*.qml"))
    if not files:
        raise Missing(f"There is no QML file below {', '.join(map(str, folders))}.")
    for path in files:
        closure.add_file(path)
    return {uri: str(module.folder) for uri, module in sorted(closure.modules.items())}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        modules = resolve(sys.argv[1], sys.argv[2:])
    except ValueError as problem:
        sys.exit(f"qml_modules.py: {problem}")
    for uri, folder in modules.items():
        print(f"{uri}\t{folder}")


if __name__ == "__main__":
    main()
