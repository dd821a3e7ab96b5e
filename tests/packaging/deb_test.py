#!/usr/bin/env python3
"""A Debian package of this build: its fields, files, size and dependencies; what the window loads comes from packages it depends on."""
import functools
import os
import re
import signal
import subprocess
import time
import unittest

from support import BUILD, HEARTH_CLI, SOURCE, environment, installed, run, temporary_folder

CHECK = SOURCE / "installer/debian/check.py"


@functools.cache
def package():
    folder = temporary_folder()
    run(SOURCE / "installer/debian/make.sh", "--build", BUILD, "--out", folder, "--no-symbols", env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})
    (deb,) = folder.glob("hearth_*.deb")
    return deb


def relations(text):
    return [[re.match(r"\S+?(?=$|[\s(:])", part.strip()).group() for part in group.split("|")] for group in text.split(",") if group.strip()]


@functools.cache
def system_packages():
    """{name: names of its dependencies} of what is installed, with what packages provide."""
    depends, provides = {}, {}
    query = "${db:Status-Status}\t${Package}\t${Pre-Depends}\t${Depends}\t${Provides}\n"
    for line in run("dpkg-query", "-W", "-f", query).stdout.splitlines():
        status, name, before, needs, offers = line.split("\t")
        if status == "installed":
            depends[name] = relations(before) + relations(needs)
            for (offer,) in relations(offers):
                provides.setdefault(offer, set()).add(name)
    return depends, provides


def closure(names):
    """Installed packages that these need, directly or not."""
    depends, provides = system_packages()
    found, todo = set(), list(names)
    while todo:
        name = todo.pop()
        for real in {name} | provides.get(name, set()):
            if real in depends and real not in found:
                found.add(real)
                todo += [other for group in depends[real] for other in group]
    return found


@functools.cache
def mapped_by_the_window():
    """Files that the installed window has mapped once its page and the model are loaded."""
    with subprocess.Popen([installed() / "bin/hearth"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          env=environment(QT_QUICK_BACKEND="software")) as process:
        mapped, ends = set(), time.monotonic() + 60
        while time.monotonic() < ends and not all(any(part in path for path in mapped) for part in ("quicktemplates2plugin", "libqsqlite", "/models/")):
            time.sleep(0.25)
            with open(f"/proc/{process.pid}/maps", encoding="utf-8") as maps:
                mapped |= {line.rstrip("\n").split(None, 5)[5] for line in maps if "/" in line}
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    return mapped


class Deb(unittest.TestCase):
    def test_the_package_passes_its_checks(self):
        checked = run(CHECK, package(), "--lintian", check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_the_checks_notice_what_is_wrong(self):
        tree = temporary_folder() / "tree"
        run("dpkg-deb", "-R", package(), tree)
        (tree / "usr/share/doc/hearth/copyright").unlink()
        (tree / "usr/share/stray").write_text("built in /somewhere/source\n", encoding="utf-8")
        (tree / "DEBIAN/postinst").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
        (tree / "DEBIAN/postinst").chmod(0o755)
        control = (tree / "DEBIAN/control").read_text(encoding="utf-8")
        (tree / "DEBIAN/control").write_text(control.replace("Depends: ", "Depends: hearth-nowhere, ", 1), encoding="utf-8")
        broken = tree.parent / package().name
        run("dpkg-deb", "-Zgzip", "-z1", "--root-owner-group", "-b", tree, broken)
        checked = run(CHECK, broken, "--no-path", "/somewhere/source", check=False)
        self.assertEqual(checked.returncode, 1)
        for problem in ("copyright is missing", "out of place: usr/share/stray", "names the folder /somewhere/source", "maintainer scripts: postinst",
                        "does not have: hearth-nowhere"):
            self.assertIn(problem, checked.stderr)

    def test_the_version_is_that_of_the_program(self):
        told = run(HEARTH_CLI, "--version").stdout.split()[1]
        self.assertEqual(run("dpkg-deb", "-f", package(), "Version").stdout.strip(), told.replace("-", "~"))

    def test_what_the_window_loads_comes_from_its_dependencies(self):
        depends = [name for group in relations(run("dpkg-deb", "-f", package(), "Depends").stdout) for name in group]
        needed, vulkan = closure(depends), closure(["libvulkan1", "mesa-vulkan-drivers"])
        mapped = {path for path in mapped_by_the_window() if re.search(r"/lib/.*\.so(\.[\d.]+)?$", path)}
        self.assertTrue(any(path.endswith("plugins/sqldrivers/libqsqlite.so") for path in mapped), mapped)
        # /lib may be a link to /usr/lib, and packages use both names.
        told = run("dpkg", "-S", *mapped, *(path.removeprefix("/usr") for path in mapped), check=False).stdout
        owner = {path: name.split(":")[0] for name, path in (line.split(": ", 1) for line in told.splitlines() if ": " in line)}
        strangers = {path: owner.get(path) or owner.get(path.removeprefix("/usr")) for path in sorted(mapped)}
        self.assertEqual({path: name for path, name in strangers.items() if name not in needed | vulkan}, {})

    def test_the_window_uses_the_starter_model_of_its_own_installation(self):
        # When the maps are read, the window may have an adapter of the installation open as well, to read what its header says.
        models = [path for path in mapped_by_the_window() if path.endswith(".gguf") and "/adapters/" not in path]
        self.assertEqual(models, [str((installed() / "share/hearth/models/ember-q8_0.gguf").resolve())])

    def test_the_changelog_begins_with_the_version(self):
        folder = temporary_folder()
        run("dpkg-deb", "-x", package(), folder)
        text = run("gzip", "-dc", folder / "usr/share/doc/hearth/changelog.gz").stdout
        version = run("dpkg-deb", "-f", package(), "Version").stdout.strip()
        self.assertTrue(text.startswith(f"hearth ({version}) "), text[:100])
        parsed = run("dpkg-parsechangelog", "-l", "-", input=text)
        self.assertIn(f"Version: {version}\n", parsed.stdout)
        self.assertEqual(parsed.stderr, "")
        newest = re.search(r"^## (\S+)", (SOURCE / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
        self.assertEqual(re.match(r"\d+\.\d+\.\d+", version)[0], newest[1])


if __name__ == "__main__":
    unittest.main()
