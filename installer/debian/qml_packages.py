#!/usr/bin/env python3
"""Which Debian packages hold what a program loads when it runs: QML modules, found from the imports (qml_modules.py), and plugins.

    qml_packages.py --qml-dir DIR [--files FILE...] [--program FILE] [--minimum VERSION] [--modules] --sources DIR...

Prints the packages of the QML modules and of the FILES, one a line, with the least version; those with libraries that the program is linked
with are left out, since dpkg-shlibdeps names them. With --modules it prints lines "URI folder package" instead.
Fails when a module is not installed or a file belongs to no package.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import qml_modules  # noqa: E402


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def package_of(path):
    """The package of a file; both names of a file are asked for, since /lib may be a link to /usr/lib."""
    for name in (path, path.resolve()):
        answer = subprocess.run(["dpkg", "-S", str(name)], capture_output=True, text=True)
        if answer.returncode == 0:
            return answer.stdout.split("\n")[0].split(": ")[0].split(",")[0].split(":")[0]
    raise ValueError(f"{path} belongs to no Debian package.")


def packages_of_linked(program):
    """The packages of the libraries that a program names itself."""
    names = re.findall(r"\(NEEDED\).*\[(.+)\]", run("readelf", "-dW", program))
    found = dict(re.findall(r"(\S+)\s+=>\s+(/\S+)", run("ldd", program)))
    return {package_of(Path(found[name])) for name in names if name in found}


def main():
    parser = argparse.ArgumentParser(description="Debian packages of what a program loads when it runs")
    parser.add_argument("--qml-dir", type=Path, required=True)
    parser.add_argument("--modules", action="store_true")
    parser.add_argument("--files", nargs="*", default=[], type=Path)
    parser.add_argument("--program", type=Path)
    parser.add_argument("--minimum", default="")
    parser.add_argument("--sources", nargs="+", type=Path, required=True)
    options = parser.parse_args()
    try:
        folders = qml_modules.resolve(options.qml_dir, options.sources)
        packages = {uri: package_of(Path(folder, "qmldir")) for uri, folder in folders.items()}
        names = set(packages.values()) | {package_of(path) for path in options.files}
        if options.program:
            names -= packages_of_linked(options.program)
    except ValueError as error:
        print(f"qml_packages.py: {error}", file=sys.stderr)
        return 1
    minimum = f" (>= {options.minimum})" if options.minimum else ""
    if options.modules:
        print("\n".join(f"{uri} {folders[uri]} {package}" for uri, package in packages.items()))
    else:
        print("\n".join(name + minimum for name in sorted(names)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
