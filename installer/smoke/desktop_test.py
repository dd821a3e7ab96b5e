#!/usr/bin/env python3
"""Checks of desktop.py against the examples and rules of the specification. Needs nothing but Python."""
import unittest

import desktop


def command(line, files=(), **keys):
    return desktop.command(desktop.read_entry("\n".join(["[Desktop Entry]", f"Exec={line}", *(f"{k}={v}" for k, v in keys.items())])), files)


class DesktopTest(unittest.TestCase):
    def test_field_codes(self):
        self.assertEqual(command("hearth %F"), ["hearth"])
        self.assertEqual(command("hearth %F", ["/a b", "/c"]), ["hearth", "/a b", "/c"])
        self.assertEqual(command("hearth %f", ["/a b", "/c"]), ["hearth", "/a b"])
        self.assertEqual(command("hearth %U", ["/a b%"]), ["hearth", "file:///a%20b%25"])
        self.assertEqual(command("hearth %i --name %c", Icon="flame", Name="My Hearth"), ["hearth", "--icon", "flame", "--name", "My Hearth"])
        self.assertEqual(command("hearth 100%%"), ["hearth", "100%"])
        self.assertEqual(command("hearth %m %F", ["/a"]), ["hearth", "", "/a"])
        for wrong in ("hearth %x", "hearth x%F", 'hearth "%F"', "hearth %"):
            with self.assertRaises(ValueError, msg=wrong):
                command(wrong, ["/a"])

    def test_quoting(self):
        self.assertEqual(command('"/home/a b/hearth" %F', ["/c"]), ["/home/a b/hearth", "/c"])
        # A literal backslash within quotes is written as four: quoting, then the escape of the string.
        self.assertEqual(command(r'"/a\\\\b"'), [r"/a\b"])
        self.assertEqual(command(r'"/a\\"b\\$c\\`"'), ['/a"b$c`'])
        for wrong in ("hearth 'a'", 'hearth "a', 'hearth a"b"', '"a"b', "hearth a;b", 'hearth "a$b"'):
            with self.assertRaises(ValueError, msg=wrong):
                command(wrong)

    def test_only_the_entry_itself_is_read(self):
        entry = desktop.read_entry("# x\n[Desktop Entry]\nExec = a\nName=A\\sB\n[Desktop Action new]\nExec=b\n")
        self.assertEqual(entry, {"Exec": "a", "Name": "A B"})

    def test_types(self):
        globs = "# head\n50:application/x-gguf:*.gguf\n50:text/plain:*.txt\n60:text/x-special:*.special.txt\n"
        self.assertEqual(desktop.mime_type(globs, "a.gguf"), "application/x-gguf")
        self.assertEqual(desktop.mime_type(globs, "A.GGUF"), "application/x-gguf")
        self.assertEqual(desktop.mime_type(globs, "a.special.txt"), "text/x-special")
        self.assertEqual(desktop.mime_type(globs, "gguf"), "")
        cache = "[MIME Cache]\ntext/plain=a.desktop;b.desktop;\n"
        self.assertEqual(desktop.applications(cache, "text/plain"), ["a.desktop", "b.desktop"])
        self.assertEqual(desktop.applications(cache, "text/html"), [])


if __name__ == "__main__":
    unittest.main()
