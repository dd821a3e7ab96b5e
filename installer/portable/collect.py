#!/usr/bin/env python3
"""Makes an installed tree self-contained: copies Qt's plugins, QML modules and translations, and the libraries they and the programs need.

    collect.py TREE --qml DIR... [--manifest FILE]

TREE holds bin/ with the programs; DIR are folders with the program's own .qml files. The rules are libraries.txt and plugins.txt beside this
script. Every program, plugin and library gets a run path relative to itself; where it uses a library of the class "shared", the run path
goes on with the system's library folder and lib/fallback. Nothing is left to chance: a library that cannot be found, or that neither the
archive nor a rule provides, is an error. Qt's TLS plugin gets OpenSSL as a library that it needs, because its own search for it takes any.

The manifest is JSON: {"files": {PATH_IN_TREE: PATH_ON_THIS_MACHINE}, "glibc": "2.35", "glibcxx": "3.4.30"} with every file that was copied
and the highest symbol versions of the C and C++ libraries that any file of the class "own" and any program asks for.
"""
import argparse
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import qml_modules  # noqa: E402

# Libraries that a plugin opens by name when it runs, after a search of its own. It gets them as needed ones: the loader finds them by the run path
# like all others, the system's first, and the plugin's search finds what is loaded already.
OPENED_BY_NAME = {"plugins/tls/libqopensslbackend.so": ("libssl.so.3", "libcrypto.so.3")}
TRANSLATIONS = "qtbase_*.qm"


class Failure(Exception):
    pass


def lines_of(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return [line for line in (text.split("#", 1)[0].strip() for text in file) if line]


class Rules:
    def __init__(self):
        self.rules = [tuple((line.split() + [""])[:3]) for line in lines_of("libraries.txt")]

    def rule_of(self, soname):
        return next(((kind, folder) for kind, pattern, folder in self.rules if fnmatch.fnmatchcase(soname, pattern)), ("own", ""))

    def class_of(self, soname):
        return self.rule_of(soname)[0]

    def folder_of(self, soname):
        """Where the library is in the archive; None when it is not there."""
        kind, folder = self.rule_of(soname)
        return {"base": None, "shared": os.path.join("lib/fallback", folder).rstrip("/"), "own": "lib"}[kind]


def is_elf(path):
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def elf_facts(path):
    """(needed sonames, symbol versions wanted) of one ELF file."""
    text = subprocess.run(["readelf", "-dVW", path], check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", text)
    versions = set()
    for section in text.split("Version needs section")[1:]:
        versions.update(re.findall(r"Name: ((?:GLIBC|GLIBCXX|CXXABI)_[\d.]+)", section))
    return needed, versions


def system_libraries():
    """{soname: path} of the dynamic loader's cache, 64 bit."""
    text = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    found = {}
    for soname, path in re.findall(r"^\s+(\S+) \(libc6,x86-64[^)]*\) => (\S+)$", text, re.M):
        found.setdefault(soname, path)
    return found


def qt_path(name):
    tool = next((t for t in ("qtpaths6", "/usr/lib/qt6/bin/qtpaths", "qmake6") if shutil.which(t)), None)
    if not tool:
        raise Failure("neither qtpaths6 nor qmake6 is installed, so the folders of Qt are not known")
    argument = ["-query", name] if "qmake" in tool else ["--query", name]
    return subprocess.run([tool, *argument], check=True, capture_output=True, text=True).stdout.strip()


def module_files(folder):
    """What belongs to a QML module at run time: not its submodules, other styles of it, or what an editor of QML loads."""
    yield os.path.join(folder, "qmldir")
    yield from (os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".so"))
    yield from qml_modules.qml_files(folder)


class Tree:
    def __init__(self, root):
        self.root = root
        self.rules = Rules()
        self.system = system_libraries()
        self.files = {}  # path in the tree -> path on this machine

    def copy(self, source, target):
        source = os.path.realpath(source)
        path = os.path.join(self.root, target)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copyfile(source, path)
        os.chmod(path, 0o644)
        self.files[target] = source

    def add_plugins(self):
        folder = qt_path("QT_INSTALL_PLUGINS")
        for name in lines_of("plugins.txt"):
            source = os.path.join(folder, name)
            if not os.path.exists(source):
                raise Failure(f"the Qt plugin {name} of plugins.txt is not installed (scripts/dependencies.sh names the packages)")
            self.copy(source, "lib/qt6/plugins/" + name)

    def add_modules(self, qml_folders):
        root = qt_path("QT_INSTALL_QML")
        try:
            modules = qml_modules.resolve(root, qml_folders)
        except ValueError as problem:
            raise Failure(str(problem)) from problem
        for folder in modules.values():
            for source in module_files(folder):
                self.copy(source, "lib/qt6/qml/" + os.path.relpath(source, root))

    def add_translations(self):
        folder = qt_path("QT_INSTALL_TRANSLATIONS")
        names = fnmatch.filter(sorted(os.listdir(folder)), TRANSLATIONS)
        if not names:
            raise Failure(f"no {TRANSLATIONS} in {folder}: install qt6-translations-l10n")
        for name in names:
            self.copy(os.path.join(folder, name), "share/qt6/translations/" + name)

    def elf_files(self):
        found = []
        for base, folders, names in os.walk(self.root):
            folders.sort()
            found += [os.path.relpath(p, self.root) for p in (os.path.join(base, n) for n in sorted(names)) if is_elf(p)]
        return found

    def add_libraries(self):
        """Copies what is needed, transitively; returns {path in the tree: (needed, versions)} of every ELF file."""
        facts = {}
        todo = self.elf_files()
        while todo:
            path = todo.pop()
            if path in facts:
                continue
            for soname in next((names for end, names in OPENED_BY_NAME.items() if path.endswith(end)), ()):
                subprocess.run(["patchelf", "--add-needed", soname, os.path.join(self.root, path)], check=True)
            facts[path] = elf_facts(os.path.join(self.root, path))
            for soname in facts[path][0]:
                folder = self.rules.folder_of(soname)
                if folder is None or f"{folder}/{soname}" in self.files:
                    continue
                if soname not in self.system:
                    raise Failure(f"{soname}, which {path} needs, is not on this machine")
                self.copy(self.system[soname], f"{folder}/{soname}")
                todo.append(f"{folder}/{soname}")
        return facts

    def run_path(self, path, needed):
        """`/usr/$LIB` is the loader's name of the system's library folder: /usr/lib64, /usr/lib/x86_64-linux-gnu, /usr/lib."""
        def to(folder):
            way = os.path.relpath(folder, os.path.dirname(path))
            return "$ORIGIN" if way == "." else "$ORIGIN/" + way

        folders = sorted({self.rules.folder_of(n) for n in needed} - {None, "lib"})
        family = [f for f in folders if f == os.path.dirname(path) and f != "lib/fallback"]
        others = [f for f in folders if f not in family]
        return ":".join([to("lib"), *map(to, family), *(["/usr/$LIB", "/$LIB"] if others else []), *map(to, others)])

    def set_run_paths(self, facts):
        for path in sorted(facts):
            target = os.path.join(self.root, path)
            subprocess.run(["patchelf", "--set-rpath", self.run_path(path, facts[path][0]), target], check=True)


def highest(facts, prefix):
    """The highest version PREFIX_x.y that a file outside lib/fallback asks for; those are used only on systems that lack the library."""
    found = {tuple(int(n) for n in v[len(prefix):].split(".")) for path, (_, versions) in facts.items() if not path.startswith("lib/fallback/")
             for v in versions if v.startswith(prefix)}
    return ".".join(str(n) for n in max(found))


def write_qt_conf(root):
    with open(os.path.join(root, "bin/qt.conf"), "w", encoding="utf-8") as file:
        file.write("[Paths]\nPrefix = ..\nPlugins = lib/qt6/plugins\nQmlImports = lib/qt6/qml\nTranslations = share/qt6/translations\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree")
    parser.add_argument("--qml", nargs="+", required=True)
    parser.add_argument("--manifest")
    options = parser.parse_args()
    tree = Tree(options.tree)
    try:
        tree.add_plugins()
        tree.add_modules(options.qml)
        tree.add_translations()
        facts = tree.add_libraries()
        tree.set_run_paths(facts)
    except (Failure, OSError, subprocess.CalledProcessError) as problem:
        sys.exit(f"collect.py: {problem}")
    write_qt_conf(options.tree)
    manifest = {"files": dict(sorted(tree.files.items())), "glibc": highest(facts, "GLIBC_"), "glibcxx": highest(facts, "GLIBCXX_")}
    if options.manifest:
        with open(options.manifest, "w", encoding="utf-8") as file:
            json.dump(manifest, file, indent=1)
    libraries = [p for p in facts if p.startswith("lib/lib")]
    fallbacks = [p for p in facts if p.startswith("lib/fallback/")]
    print(f"{len(libraries)} libraries, {len(fallbacks)} more for systems that lack them, {len(facts) - len(libraries) - len(fallbacks)} programs and "
          f"plugins; needs glibc {manifest['glibc']} and libstdc++ with GLIBCXX_{manifest['glibcxx']}")


if __name__ == "__main__":
    main()
