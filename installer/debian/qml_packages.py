#!/usr/bin/env python3
"""Which Debian packages hold the QML modules that a program loads when it runs.

    qml_packages.py --qml-dir DIR [--own URI]... [--modules] [--files FILE...] [--program FILE] [--minimum VERSION] --sources DIR...

Begins with the imports of the QML files below the sources and goes on with what the modules found need themselves:
  - `import`, `default import` and `depends` of a qmldir (optional imports are other styles of the controls);
  - the imports of a module's QML files, when a type of that name is used, or all of them for a module that C++ loads;
  - submodules that the C++ of a module loads by name. The dialogs are such: QtQuick.Dialogs has no QML file, its library creates
    those of QtQuick.Dialogs.quickimpl. Names of modules are UTF-16 text in the libraries, because C++ makes QStrings of them.
Prints the packages, or with --modules lines "URI folder package". Fails when a module is not installed or belongs to no package: a
package built then would not start. URIs given with --own are part of the program. The packages of other --files (plugins) are printed with the rest,
those with libraries that --program is linked with are not: dpkg-shlibdeps names them.
"""
import argparse
import functools
import re
import subprocess
import sys
from pathlib import Path

BUILT_IN = {"QML"}  # types that the library libQt6Qml registers itself
URI = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
IMPORT = re.compile(rf"^\s*import\s+({URI})(?:\s+\d+(?:\.\d+)?)?(?:\s+as\s+(\w+))?\s*;?\s*(?://.*)?$", re.M)
DIRECTIVE = re.compile(rf"^\s*(default import|import|depends)\s+({URI})", re.M)
QML_TYPE = re.compile(r"^\s*(?:singleton\s+|internal\s+)?([A-Z]\w*)\s+(?:\d+\.\d+\s+)?(\S+\.qml)\s*$", re.M)
PLUGIN = re.compile(r"^\s*(?:optional\s+)?plugin\s+(\w+)", re.M)
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.S)
UTF16_NAME = re.compile(rb"(?:[A-Za-z0-9_.]\0){4,}")


class Missing(Exception):
    pass


@functools.cache
def needed_libraries(library):
    """Files of the Qt libraries that a library is linked with."""
    listing = subprocess.run(["ldd", str(library)], check=True, capture_output=True, text=True).stdout
    return [Path(path).resolve() for path in re.findall(r"libQt6\w+\.so\S*\s+=>\s+(\S+)", listing)]


@functools.cache
def utf16_names(library):
    return {match.group().decode("utf-16-le") for match in UTF16_NAME.finditer(library.read_bytes())}


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
                found |= {name for name in utf16_names(library) if name.startswith(self.uri + ".")}
        return found


class Closure:
    """Modules and QML files that are reached from some files."""

    def __init__(self, qml_dir, own):
        self.qml_dir, self.own = qml_dir, own
        self.modules, self.files, self.whole = {}, set(), set()

    def module(self, uri, reason):
        if uri in self.own or uri in BUILT_IN:
            return None
        if uri not in self.modules:
            folder = self.qml_dir.joinpath(*uri.split("."))
            if not (folder / "qmldir").is_file():
                raise Missing(f"{reason} imports {uri}, which is not installed in {self.qml_dir}.")
            found = self.modules[uri] = Module(uri, folder)
            for need in sorted(found.needs):
                self.module(need, f"the module {uri}")
            for name in sorted(found.loaded_by_code()):
                if name.startswith(uri + ".") and self.qml_dir.joinpath(*name.split("."), "qmldir").is_file():
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


def package_of(path):
    """The package of a file; both names of a file are asked for, since /lib may be a link to /usr/lib."""
    for name in (path, path.resolve()):
        answer = subprocess.run(["dpkg", "-S", str(name)], capture_output=True, text=True)
        if answer.returncode == 0:
            return answer.stdout.split("\n")[0].split(": ")[0].split(",")[0].split(":")[0]
    raise Missing(f"{path} belongs to no Debian package.")


def packages_of_linked(program):
    """The packages of the libraries that a program names itself."""
    names = re.findall(r"\(NEEDED\).*\[(.+)\]", subprocess.run(["readelf", "-dW", str(program)], check=True, capture_output=True, text=True).stdout)
    found = dict(re.findall(r"(\S+)\s+=>\s+(/\S+)", subprocess.run(["ldd", str(program)], check=True, capture_output=True, text=True).stdout))
    return {package_of(Path(found[name])) for name in names if name in found}


def main():
    parser = argparse.ArgumentParser(description="Debian packages of the QML modules that QML files import")
    parser.add_argument("--qml-dir", type=Path, required=True)
    parser.add_argument("--own", action="append", default=[])
    parser.add_argument("--modules", action="store_true")
    parser.add_argument("--files", nargs="*", default=[], type=Path)
    parser.add_argument("--program", type=Path)
    parser.add_argument("--minimum", default="")
    parser.add_argument("--sources", nargs="+", type=Path, required=True)
    options = parser.parse_args()
    closure = Closure(options.qml_dir, set(options.own))
    try:
        files = sorted(path for source in options.sources for path in source.rglob("*.qml"))
        if not files:
            raise Missing(f"There is no QML file below {', '.join(map(str, options.sources))}.")
        for path in files:
            closure.add_file(path)
        packages = {uri: package_of(module.folder / "qmldir") for uri, module in sorted(closure.modules.items())}
        plugins = {package_of(path) for path in options.files}
    except Missing as error:
        print(f"qml_packages.py: {error}", file=sys.stderr)
        return 1
    if options.modules:
        for uri, package in packages.items():
            print(uri, closure.modules[uri].folder, package)
    else:
        minimum = f" (>= {options.minimum})" if options.minimum else ""
        linked = packages_of_linked(options.program) if options.program else set()
        print("\n".join(name + minimum for name in sorted((set(packages.values()) | plugins) - linked)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
