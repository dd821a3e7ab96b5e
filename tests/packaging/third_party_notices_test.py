#!/usr/bin/env python3
"""Tests scripts/third_party_notices.py: what it refuses, the notices of this build, and those of a made-up Windows build.

HEARTH_BUILD names the build; without it, what is compiled in is not looked at."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "third_party_notices.py"
sys.path.insert(0, str(SCRIPT.parent))
import third_party_notices as notices  # noqa: E402

HEAD = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: thing\n\n"


def machine_readable(*parts):
    return HEAD + "\n".join(f"Files: {files}\nCopyright: somebody\nLicense: {licence}\n" for files, licence in parts)


class Licences(unittest.TestCase):
    def accepted(self, *parts, name="thing"):
        return notices.licence_of(name, machine_readable(*parts))

    def refused(self, *parts, name="thing"):
        with self.assertRaises(notices.Failure) as caught:
            notices.licence_of(name, machine_readable(*parts))
        return str(caught.exception)

    def test_usual_licences(self):
        for licence in ("MIT", "Expat", "BSD-3-clause", "Apache-2.0", "LGPL-2.1+", "LGPL-3 or GPL-2", "GPL-2+ or MIT", "GPL-2+ or AFL-2.1, and Expat",
                        "LGPL-2+ and LGPL-2.1+ and CC0-1.0", "public-domain", "GPL-3+ with GCC Runtime Library exception", "MIT/X11", "Zlib | GPL-2"):
            self.assertEqual(self.accepted(("*", licence)), licence)

    def test_gpl_alone(self):
        for licence in ("GPL-2", "GPL-2+", "GPL-3", "AGPL-3", "GPL-2 or GPL-3", "MIT and GPL-2+", "GPL-3 with Qt-1.0 exception", "GPL-2 with OpenSSL exception",
                        "GPL-2+ or AFL-2.1, and GPL-3"):
            self.assertIn("without an exception", self.refused(("*", licence)), licence)

    def test_unknown(self):
        self.assertIn("not known", self.refused(("*", "Shareware")))
        self.assertIn("no licence for the whole", self.refused(("src/*", "MIT")))
        for text in ("", "  \n", "Copyright somebody, all rights reserved.\n"):
            with self.assertRaises(notices.Failure):
                notices.licence_of("thing", text)

    def test_parts_under_the_gpl(self):
        self.accepted(("*", "MIT"), ("debian/*", "GPL-2+"), ("m4/x.m4", "GPL-3"), ("tests/a.c tests/b.c", "GPL-2"), ("src/x.c", "GPL-2 or MIT"))
        self.assertIn("src/core.c", self.refused(("*", "MIT"), ("src/core.c", "GPL-2+")))
        self.accepted(("*", "LGPL-3 or GPL-2"), ("src/compositor/*", "GPL-3"), name="qt6-wayland")

    def test_the_policy_is_not_trusted_alone(self):
        with self.assertRaises(notices.Failure) as caught:
            notices.licence_of("krb5", "Free for all.\n")
        self.assertIn("no longer says", str(caught.exception))

    def test_files_without_a_package(self):
        with tempfile.NamedTemporaryFile(suffix=".so") as file, self.assertRaises(notices.Failure) as caught:
            notices.owners([file.name])
        self.assertIn(file.name, str(caught.exception))

    def test_gpl_parts_of_a_package_must_not_be_shipped(self):
        library = next(pathlib.Path("/usr/lib").glob("*/libQt6QmlCompiler.so.6.*.*"), None)
        if library is None:
            self.skipTest("libqt6qmlcompiler6 is not installed")
        with self.assertRaises(notices.Failure) as caught:
            notices.components_of({str(library): "lib/libQt6QmlCompiler.so.6"})
        self.assertIn("libQt6QmlCompiler", str(caught.exception))

    def test_bundled_file(self):
        library = os.path.realpath(next(pathlib.Path("/usr/lib").glob("*/libmd4c.so.0")))
        found = notices.components_of({library: "lib/libmd4c.so.0"})
        self.assertEqual(list(found), ["md4c"])
        text = notices.render(found, notices.COPIED)
        self.assertRegex(text.splitlines()[5], r"^md4c +\d[\w.+-]* +Expat +lib/libmd4c\.so\.0$")
        self.assertIn("Permission is hereby granted", text)
        self.assertIn("https://", text)


class Cuda(unittest.TestCase):
    """A made-up toolkit beside a file of the system."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.toolkit = pathlib.Path(folder.name, "cuda-99.1")
        for name in ("bin", "include"):
            (self.toolkit / name).mkdir(parents=True)
        nvcc = self.toolkit / "bin" / "nvcc"
        nvcc.write_text("#!/bin/sh\necho 'Cuda compilation tools, release 99.1, V99.1.7'\n", encoding="utf-8")
        nvcc.chmod(0o755)
        self.uses = {str(self.toolkit / "include" / "cuda.h"): "compiled into hearth-cli", "/usr/include/stdio.h": "compiled into hearth"}

    def test_the_runtime_is_named_with_its_terms(self):
        (self.toolkit / "EULA.txt").write_text("Attachment A: libcudart.so, libcudart_static.a\n", encoding="utf-8")
        found = notices.take_cuda(self.uses)
        self.assertEqual(list(self.uses), ["/usr/include/stdio.h"])
        component = found["cuda-runtime"]
        self.assertEqual((component.version, component.files), ("99.1.7", {"compiled into hearth-cli"}))
        self.assertIn("libcudart_static.a", component.texts["cuda-runtime"])

    def test_other_terms_stop_it(self):
        (self.toolkit / "EULA.txt").write_text("Nothing may be passed on.\n", encoding="utf-8")
        with self.assertRaisesRegex(notices.Failure, "no longer says"):
            notices.take_cuda(self.uses)

    def test_no_terms_stop_it(self):
        with self.assertRaisesRegex(notices.Failure, "EULA"):
            notices.take_cuda(self.uses)

    def test_builds_without_cuda(self):
        self.assertEqual(notices.take_cuda({"/usr/include/stdio.h": "compiled into hearth"}), {})


class Build(unittest.TestCase):
    def setUp(self):
        self.build = os.environ.get("HEARTH_BUILD")
        if not self.build:
            self.skipTest("HEARTH_BUILD is not set")

    def test_what_is_compiled_in(self):
        with tempfile.TemporaryDirectory() as folder:
            texts = []
            for name in ("a", "b"):
                out = pathlib.Path(folder, name)
                run = subprocess.run([sys.executable, str(SCRIPT), "deb", "--build", self.build, "--out", str(out)], capture_output=True, text=True, check=False)
                self.assertEqual(run.returncode, 0, run.stderr)
                texts.append(out.read_text(encoding="utf-8"))
        self.assertEqual(*texts)
        head = texts[0].split("Where the source code is")[0]
        for library, program in (("nlohmann-json3", "hearth-cli"), ("cli11", "hearth-cli"), ("fmtlib", "hearth-cli"), ("qt6-base", "hearth"), ("libsodium", "hearth")):
            self.assertRegex(head, rf"(?m)^{library} .*compiled into [\w -]*{program}\b")
        self.assertNotIn("compiled into hearth-cli", [line for line in head.splitlines() if line.startswith("qt6-base")][0])
        self.assertNotIn(".so", head)

    def test_no_build(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run([sys.executable, str(SCRIPT), "deb", "--build", folder, "--out", folder + "/x"], capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 1)
            self.assertTrue(run.stderr.startswith("third_party_notices.py: "), run.stderr)
            self.assertFalse(os.path.exists(folder + "/x"))


class Windows(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.installed = self.root / "vcpkg_installed"
        self.files = self.root / "package"
        self.port("fmt", "9.1.0", "MIT", ["fmt.dll"])
        self.port("nlohmann-json", "3.11.2", "MIT", [])
        self.port("pcre2", "10.42", "BSD-3-Clause", ["pcre2-8.dll", "pcre2-16.dll"])
        for name in ("fmt.dll", "pcre2-8.dll", "Qt6Core.dll", "hearth.exe", "platforms/qwindows.dll"):
            path = self.files / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"MZ")
        self.text = self.root / "lgpl.txt"
        self.text.write_text("GNU LESSER GENERAL PUBLIC LICENSE\n", encoding="utf-8")
        self.qt = f"Qt;6.4.2;LGPL-3.0-only;https://download.qt.io/;{self.text};qt6*.dll,platforms/*.dll"

    def tearDown(self):
        self.folder.cleanup()

    def port(self, name, version, licence, libraries):
        share = self.installed / "x64-windows" / "share" / name
        share.mkdir(parents=True, exist_ok=True)
        (share / "copyright").write_text(f"Licence text of {name}\n", encoding="utf-8")
        facts = {"name": name, "versionInfo": version, "licenseConcluded": licence, "homepage": f"https://{name}.example"}
        (share / "vcpkg.spdx.json").write_text(json.dumps({"packages": [facts]}), encoding="utf-8")
        info = self.installed / "vcpkg" / "info"
        info.mkdir(parents=True, exist_ok=True)
        lines = [f"x64-windows/bin/{library}\nx64-windows/debug/bin/{library}\n" for library in libraries]
        (info / f"{name}_{version}_x64-windows.list").write_text("".join(lines) + f"x64-windows/share/{name}/copyright\n", encoding="utf-8")

    def run_script(self, *others):
        out = self.root / "THIRD_PARTY_NOTICES"
        options = [argument for other in others for argument in ("--other", other)]
        run = subprocess.run([sys.executable, str(SCRIPT), "vcpkg", "--installed", str(self.installed), "--files", str(self.files), "--out", str(out), *options],
                             capture_output=True, text=True, check=False)
        return run, out.read_text(encoding="utf-8") if out.exists() else ""

    def test_notices(self):
        run, text = self.run_script(self.qt)
        self.assertEqual(run.returncode, 0, run.stderr)
        head = text.split("Where the source code is")[0]
        self.assertRegex(head, r"(?m)^fmt +9\.1\.0 +MIT +fmt\.dll$")
        self.assertRegex(head, r"(?m)^nlohmann-json +3\.11\.2 +MIT +compiled into hearth and hearth-cli$")
        self.assertRegex(head, r"(?m)^Qt +6\.4\.2 +LGPL-3\.0-only +Qt6Core\.dll$")
        self.assertIn("platforms/qwindows.dll", head)
        self.assertNotIn("pcre2-16.dll", head)
        self.assertIn("the same version 6.4.2", head)
        for name in ("fmt", "nlohmann-json", "pcre2"):
            self.assertIn(f"Licence text of {name}", text)
        self.assertIn("https://fmt.example", text)

    def refused(self, words, *others):
        run, text = self.run_script(*others)
        self.assertEqual((run.returncode, text), (1, ""), run.stderr)
        self.assertIn(words, run.stderr)

    def test_a_library_of_nobody(self):
        self.refused("Qt6Core.dll is neither")

    def test_no_copyright_file(self):
        (self.installed / "x64-windows/share/fmt/copyright").unlink()
        self.refused("fmt: vcpkg left no", self.qt)

    def test_gpl(self):
        self.port("fmt", "9.1.0", "GPL-2.0-only", ["fmt.dll"])
        self.refused("fmt is under GPL-2.0-only", self.qt)

    def test_unknown_licence(self):
        self.port("fmt", "9.1.0", "NOASSERTION", ["fmt.dll"])
        self.refused("fmt: its copyright file names no licence", self.qt)

    def test_other_under_the_gpl(self):
        self.refused("Qt is under GPL-3.0-only", self.qt.replace("LGPL-3.0-only", "GPL-3.0-only"))

    def test_other_with_a_field_missing(self):
        self.refused("six fields", "Qt;6.4.2;LGPL-3.0-only")


if __name__ == "__main__":
    unittest.main()
