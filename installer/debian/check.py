#!/usr/bin/env python3
"""Checks a finished Debian package of Hearth; every check that fails is a line, and the exit status is 1.

    check.py DEB [--dbgsym DEB] [--no-path DIR]... [--lintian]

  - control fields, dependencies that are packages of this system, no maintainer scripts;
  - files only in the places that packages may use, with the owners and rights of installed files;
  - size budgets (docs/packaging.md), programs stripped, symbols in the dbgsym package by build id;
  - with --no-path: no program and no text names that folder (where it was built);
  - with --lintian: no errors and no warnings.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MODEL = "usr/share/hearth/models/ember-q8_0.gguf"
BUDGET, CUDA_BUDGET = 8_000_000, 40_000_000  # bytes of the package without the starter model; with kernels for CUDA inside
FOLDERS = ("usr/bin/", "usr/share/applications/", "usr/share/bash-completion/completions/", "usr/share/doc/hearth/", "usr/share/hearth/",
           "usr/share/icons/hicolor/", "usr/share/man/man1/", "usr/share/metainfo/", "usr/share/mime/packages/")
FILES = ("usr/bin/hearth", "usr/bin/hearth-cli", MODEL, "usr/share/hearth/models/NOTICE", "usr/share/hearth/models/CREDITS.txt",
         "usr/share/hearth/adapters/NOTICE", "usr/share/applications/hearth.desktop", "usr/share/mime/packages/hearth.xml",
         "usr/share/icons/hicolor/scalable/apps/hearth.svg", "usr/share/bash-completion/completions/hearth-cli",
         "usr/share/man/man1/hearth.1.gz", "usr/share/man/man1/hearth-cli.1.gz", "usr/share/doc/hearth/copyright",
         "usr/share/doc/hearth/changelog.gz")
RECOMMENDED = ("qt6-wayland", "fonts-noto-cjk", "libvulkan1")


def run(*command, check=True, **more):
    return subprocess.run([str(part) for part in command], check=check, capture_output=True, text=True, **more)


def field(deb, name):
    return run("dpkg-deb", "-f", deb, name).stdout.strip()


def relations(text):
    """Names in a field like Depends, alternatives apart."""
    return [re.match(r"[a-z0-9.+-]+", part.strip()).group() for group in text.split(",") if group.strip() for part in group.split("|")]


class Check:
    def __init__(self, deb):
        self.deb, self.problems = deb, []

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    def control(self):
        for name in ("Version", "Architecture", "Maintainer", "Installed-Size", "Section", "Homepage", "Description", "Depends"):
            self.expect(field(self.deb, name), f"The field {name} is missing.")
        version, architecture = field(self.deb, "Version"), field(self.deb, "Architecture")
        self.expect(self.deb.name == f"hearth_{version}_{architecture}.deb", f"The name {self.deb.name} does not follow from the fields.")
        depends = field(self.deb, "Depends")
        names = relations(depends)
        self.expect(len(names) == len(set(names)), f"Depends names a package twice: {depends}")
        for name in ("libc6", "libqt6sql6-sqlite", "libqt6svg6", "qml6-module-qtquick", "qml6-module-qtquick-controls"):
            self.expect(name in names, f"Depends lacks {name}.")
        unknown = [name for name in names if run("dpkg-query", "-W", name, check=False).returncode != 0]
        self.expect(not unknown, f"Depends names packages that this system does not have: {', '.join(unknown)}")
        recommends = relations(field(self.deb, "Recommends"))
        for name in RECOMMENDED:
            self.expect(name in recommends, f"Recommends lacks {name}.")
        scripts = set(self.control_members()) - {"control", "md5sums"}
        self.expect(not scripts, f"There are maintainer scripts: {', '.join(sorted(scripts))}")

    def control_members(self):
        listing = subprocess.run(f"dpkg-deb --ctrl-tarfile '{self.deb}' | tar -t", shell=True, check=True, capture_output=True, text=True).stdout
        return [name.removeprefix("./") for name in listing.split() if not name.endswith("/")]

    def contents(self):
        listing = run("dpkg-deb", "-c", self.deb, env={"TZ": "UTC", "LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout.splitlines()
        found = set()
        for line in listing:
            rights, owner, _, _, _, name = line.split(None, 5)
            name = name.removeprefix("./")
            self.expect(owner == "root/root", f"{name} belongs to {owner}.")
            wanted = {"d": "drwxr-xr-x", "-": "-rwxr-xr-x" if name.startswith("usr/bin/") else "-rw-r--r--"}
            self.expect(rights == wanted.get(rights[0]), f"{name} has the rights {rights}.")
            if rights[0] == "d":
                self.expect(any(folder.startswith(name) or name.startswith(folder) for folder in FOLDERS), f"A folder is out of place: {name}")
            else:
                self.expect(name.startswith(FOLDERS), f"A file is out of place: {name}")
                found.add(name)
        for name in FILES:
            self.expect(name in found, f"{name} is missing.")
        for size in (16, 22, 24, 32, 48, 64, 128, 256, 512):
            self.expect(f"usr/share/icons/hicolor/{size}x{size}/apps/hearth.png" in found, f"The icon of {size} pixels is missing.")

    def budget(self):
        with tempfile.TemporaryDirectory() as folder:
            run("dpkg-deb", "-x", self.deb, folder)
            model = Path(folder, MODEL)
            packed = int(run("sh", "-c", f"xz -0 -c '{model}' | wc -c").stdout)
            cuda = ".nv_fatbin" in run("readelf", "-SW", Path(folder, "usr/bin/hearth-cli"), check=False).stdout
        budget = CUDA_BUDGET if cuda else BUDGET
        size = self.deb.stat().st_size - packed
        print(f"{self.deb.name}: {self.deb.stat().st_size} bytes, {size} without the starter model (budget {budget})")
        self.expect(size <= budget, f"The package has {size} bytes without the starter model; the budget is {budget}.")

    def programs(self, dbgsym):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as symbols:
            run("dpkg-deb", "-x", self.deb, folder)
            if dbgsym:
                run("dpkg-deb", "-x", dbgsym, symbols)
                depends = field(dbgsym, "Depends")
                self.expect(depends == f"hearth (= {field(self.deb, 'Version')})", f"The dbgsym package depends on {depends}.")
            for name in ("hearth", "hearth-cli"):
                program = Path(folder, "usr/bin", name)
                sections = run("readelf", "-SWln", program).stdout
                self.expect(".symtab" not in sections and ".debug_line" not in sections, f"{name} is not stripped.")
                build_id = re.search(r"Build ID: ([0-9a-f]+)", sections)
                self.expect(build_id, f"{name} has no build id.")
                self.expect("GNU_RELRO" in sections and "DYN (" in run("readelf", "-hW", program).stdout,
                            f"{name} is not position-independent, or its tables can be written.")
                dynamic = run("readelf", "-dW", program).stdout
                self.expect("BIND_NOW" in dynamic or "NOW" in dynamic, f"{name} binds lazily.")
                self.expect("RUNPATH" not in dynamic and "RPATH" not in dynamic, f"{name} has a path for libraries.")
                if dbgsym and build_id:
                    file = Path(symbols, "usr/lib/debug/.build-id", build_id[1][:2], build_id[1][2:] + ".debug")
                    self.expect(file.is_file(), f"The symbols of {name} are not in the dbgsym package.")
                    self.expect(file.is_file() and ".debug_line" in run("readelf", "-SW", file).stdout, f"The symbols of {name} have no lines.")

    def paths(self, deb, folders):
        with tempfile.TemporaryDirectory() as unpacked:
            run("dpkg-deb", "-x", deb, unpacked)
            for path in sorted(Path(unpacked).rglob("*")):
                data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
                for folder in folders:
                    for name in (folder.encode(), folder.encode("utf-16-le")):
                        self.expect(name not in data, f"{path.relative_to(unpacked)} names the folder {folder}.")

    def lintian(self, *debs):
        # --allow-root: checks run in containers.
        result = run("lintian", "--allow-root", "--no-cfg", "--fail-on", "error,warning", "--tag-display-limit", "0", *debs, check=False)
        print(result.stdout, end="")
        self.expect(result.returncode == 0, "lintian is not content: " + (result.stdout + result.stderr).strip().replace("\n", "; "))


def main():
    parser = argparse.ArgumentParser(description="Checks a Debian package of Hearth")
    parser.add_argument("deb", type=Path)
    parser.add_argument("--dbgsym", type=Path)
    parser.add_argument("--no-path", action="append", default=[])
    parser.add_argument("--lintian", action="store_true")
    options = parser.parse_args()
    check = Check(options.deb)
    check.control()
    check.contents()
    check.budget()
    if options.dbgsym:
        check.programs(options.dbgsym)
    if options.no_path:
        check.paths(options.deb, options.no_path)
        if options.dbgsym:
            check.paths(options.dbgsym, options.no_path)
    if options.lintian:
        check.lintian(*filter(None, (options.deb, options.dbgsym)))
    for problem in check.problems:
        print(f"check.py: {problem}", file=sys.stderr)
    return 1 if check.problems else 0


if __name__ == "__main__":
    sys.exit(main())
