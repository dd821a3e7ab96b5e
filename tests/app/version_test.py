#!/usr/bin/env python3
"""--version of both programs: what it prints, and that it needs no display.

  version_test.py HEARTH HEARTH_CLI
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

HEARTH, CLI = sys.argv[1], sys.argv[2]
FIRST = re.compile(r"(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?) \((unknown|[0-9a-f]{7,12}(?:-dirty)?)\)")


def text(*command):
    with tempfile.TemporaryDirectory() as home:
        bare = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS") if name in os.environ}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=bare | {"HOME": home, "HEARTH_HOME": home + "/hearth"})
        left = os.listdir(home)
    if done.returncode != 0 or done.stderr or left:
        raise AssertionError(f"{command}: {done.returncode}, {done.stderr!r}, wrote {left}")
    return done.stdout


class Version(unittest.TestCase):
    def check(self, lines, program):
        self.assertEqual(len(lines), 4, lines)
        name, rest = lines[0].split(" ", 1)
        self.assertEqual(name, program)
        self.assertRegex(rest, FIRST)
        self.assertEqual([line.split(": ")[0] for line in lines[1:]], ["build", "options", "libraries"])
        self.assertRegex(lines[2], r"vulkan (on|off), cuda (on|off), window on")

    def test_both(self):
        window = text(HEARTH, "--version").splitlines()
        cli = text(CLI, "--version").splitlines()
        self.check(window, "hearth")
        self.check(cli, "hearth-cli")
        self.assertEqual(window[0].split(" ", 1)[1], cli[0].split(" ", 1)[1])
        self.assertEqual(window[1:3], cli[1:3])
        for library in ("Qt", "SQLite", "libsodium", "md4c", "qtkeychain", "PCRE2", "sentencepiece", "fmt", "nlohmann-json"):
            self.assertRegex(window[3], rf"\b{library} \d+\.\d+")
        self.assertRegex(cli[3], r"CLI11 \d")
        self.assertNotIn("CLI11", window[3])
        self.assertNotIn("Qt ", cli[3])

    def test_other_spellings(self):
        whole = text(HEARTH, "--version")
        self.assertEqual(text(HEARTH, "-v"), whole)
        self.assertEqual(text(HEARTH, "some.gguf", "--version"), whole)

    def test_help_needs_no_display(self):
        self.assertIn("--version", text(HEARTH, "--help"))
        self.assertIn("FILE", text(HEARTH, "-h"))

    def test_json(self):
        for arguments in (("--version", "--json"), ("--json", "--version")):
            out = text(CLI, *arguments)
            self.assertEqual(out.count("\n"), 1)
            facts = json.loads(out)
            self.assertEqual(f"hearth-cli {facts['version']} ({facts['commit']})", text(CLI, "--version").splitlines()[0])
            self.assertIs(facts["options"]["window"], True)
            self.assertIn("PCRE2", [library["name"] for library in facts["libraries"]])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
