#!/usr/bin/env python3
"""scripts/make_update.py: what it writes, that it writes the same twice, and what it refuses. The window's reader is tested in tests/app.

  make_update_test.py SCRIPT
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = sys.argv[1]
CHANGES = """# Changelog

## 0.4.0 (unreleased)

- Not yet.

## 0.3.0 (2026-12-01)

More light
in every room.

- One thing that
  goes on.
- Another.

## 0.2.0 (2026-11-26)

Older.
"""


class MakeUpdate(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        (self.folder / "changes.md").write_text(CHANGES)
        self.files = []
        for name in ("hearth-0.3.0-linux-x86_64.tar.zst", "hearth_0.3.0_amd64.deb", "hearth-0.3.0-windows-x86_64.exe"):
            (self.folder / name).write_text("bytes of " + name)
            self.files.append(str(self.folder / name))

    def run_script(self, *more, out="out.json", files=None, version="0.3.0", environment=None, page="https://hearth.example/"):
        arguments = [str(self.folder / out), *(self.files if files is None else files), "--version", version, "--page", page,
                     "--changelog", str(self.folder / "changes.md"), *more]
        clean = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
        return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, env=clean | (environment or {}))

    def made(self, *more, **options):
        done = self.run_script(*more, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads((self.folder / options.get("out", "out.json")).read_text())

    def refused(self, says, *more, **options):
        done = self.run_script(*more, **options)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(says, done.stderr)
        self.assertFalse((self.folder / "out.json").exists())

    def test_what_it_writes(self):
        news = self.made("--issued", "2026-12-01T10:00:00Z")
        self.assertEqual((news["format"], news["issued"], news["expires"]), (1, "2026-12-01T10:00:00Z", "2027-05-30T10:00:00Z"))
        (release,) = news["versions"]
        self.assertEqual((release["version"], release["channel"], release["date"]), ("0.3.0", "stable", "2026-12-01"))
        self.assertEqual(release["notes"], {"en": "More light in every room.\n\n- One thing that goes on.\n- Another."})
        self.assertEqual([file["kind"] for file in release["files"]], ["deb", "portable", "windows"])
        deb = release["files"][0]
        self.assertEqual((deb["size"], deb["sha256"]), (31, hashlib.sha256(b"bytes of hearth_0.3.0_amd64.deb").hexdigest()))

    def test_the_same_twice_in_any_order(self):
        self.made("--issued", "2026-12-01T10:00:00Z", out="one.json")
        self.made("--issued", "2026-12-01T10:00:00Z", out="two.json", files=self.files[::-1])
        self.made(out="three.json", environment={"SOURCE_DATE_EPOCH": "1796119200", "TZ": "Asia/Shanghai"})
        texts = {(self.folder / name).read_bytes() for name in ("one.json", "two.json", "three.json")}
        self.assertEqual(len(texts), 1)

    def test_previews(self):
        self.assertEqual(self.made("--issued", "2026-12-01T10:00:00Z", "--channel", "preview")["versions"][0]["channel"], "preview")
        (self.folder / "changes.md").write_text("## 1.0.0-rc.1 (2026-12-02)\n\nTry it.\n")
        (release,) = self.made("--issued", "2026-12-01T10:00:00Z", version="1.0.0-rc.1", files=[])["versions"]
        self.assertEqual((release["channel"], release["date"], release["files"]), ("preview", "2026-12-02", []))

    def test_keeping_others(self):
        self.made("--issued", "2026-11-26T10:00:00Z", out="old.json", version="0.2.0", files=[])
        old = str(self.folder / "old.json")
        news = self.made("--issued", "2026-12-01T10:00:00Z", "--keep", old)
        self.assertEqual([release["version"] for release in news["versions"]], ["0.3.0", "0.2.0"])
        (self.folder / "out.json").unlink()
        self.refused("not earlier", "--issued", "2026-11-26T10:00:00Z", "--keep", old)

    def test_chinese(self):
        (self.folder / "zh").write_text("更亮。\n")
        self.assertEqual(self.made("--issued", "2026-12-01T10:00:00Z", "--notes-zh", str(self.folder / "zh"))["versions"][0]["notes"]["zh_CN"], "更亮。")

    def test_what_it_refuses(self):
        time = ("--issued", "2026-12-01T10:00:00Z")
        self.refused("SOURCE_DATE_EPOCH")
        self.refused("no section", *time, version="0.9.0")
        self.refused("--date", *time, version="0.4.0")
        for version in ("0.3", "v0.3.0", "00.3.0", "0.3.0-01", "0.3.0\n"):
            self.refused("no semantic version", *time, version=version)
        for page in ("http://hearth.example/", "https://a b", "javascript:x", "https://user@host/"):
            self.refused("https", *time, page=page)
        self.refused("nothing.deb", *time, files=[str(self.folder / "nothing.deb")])
        self.refused("not a .deb", *time, files=[str(self.folder / "changes.md")])
        self.refused("does not match", "--issued", "2026-12-01")
        (self.folder / "changes.md").write_text("## 0.3.0 (2026-12-01)\n\n" + "word " * 5000)
        self.refused("characters", *time)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
