#!/usr/bin/env python3
"""The desktop entry, file type, icons and metadata: valid, and a desktop finds Hearth for a .gguf file."""
import configparser
import re
import struct
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from support import SOURCE, environment, installed, run, temporary_folder

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def desktop_entry():
    parser = configparser.RawConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(installed() / "share/applications/hearth.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def metainfo():
    paths = list((installed() / "share/metainfo").iterdir())
    assert len(paths) == 1, paths
    return paths[0]


class Desktop(unittest.TestCase):
    def test_the_desktop_entry_is_valid_and_in_both_languages(self):
        checked = run("desktop-file-validate", installed() / "share/applications/hearth.desktop")
        self.assertEqual(checked.stdout + checked.stderr, "")
        entry = desktop_entry()
        for key in ("GenericName", "Comment", "Keywords"):
            self.assertIn(key, entry)
            self.assertRegex(entry[f"{key}[zh_CN]"], "[\u4e00-\u9fff]")
        self.assertEqual(entry["Exec"], "hearth %F")
        self.assertIn("application/x-gguf", entry["MimeType"].split(";"))

    def test_the_window_says_the_name_of_its_desktop_entry(self):
        name = re.search(r'setDesktopFileName\(QStringLiteral\("([^"]+)"\)\)', (SOURCE / "app/main.cpp").read_text(encoding="utf-8"))
        self.assertTrue((installed() / f"share/applications/{name[1]}.desktop").is_file())
        # On X11 the class of the window is the name of the program.
        self.assertEqual(desktop_entry()["StartupWMClass"], "hearth")

    def test_icons_have_the_size_of_their_folder(self):
        icons = installed() / "share/icons/hicolor"
        for kind, name, sizes in (("apps", desktop_entry()["Icon"], (16, 22, 24, 32, 48, 64, 128, 256, 512)),
                                  ("mimetypes", "application-x-gguf", (16, 22, 24, 32, 48, 64, 128, 256))):
            self.assertTrue((icons / f"scalable/{kind}/{name}.svg").is_file())
            for size in sizes:
                head = (icons / f"{size}x{size}/{kind}/{name}.png").read_bytes()[:26]
                self.assertEqual(head[:8], b"\x89PNG\r\n\x1a\n")
                self.assertEqual(struct.unpack(">II", head[16:24]), (size, size))
        stray = [path for path in icons.rglob("*") if path.is_file() and path.suffix not in (".png", ".svg")]
        self.assertEqual(stray, [])

    def test_a_gguf_file_is_known_by_name_and_by_content_and_opened_with_hearth(self):
        data = temporary_folder() / "share"
        for folder in ("applications", "mime/packages"):
            (data / folder).mkdir(parents=True)
            for path in (installed() / "share" / folder).iterdir():
                (data / folder / path.name).write_bytes(path.read_bytes())
        # The desktop's own types are there, too: another one must not win.
        shared = Path("/usr/share/mime/packages/freedesktop.org.xml")
        (data / "mime/packages" / shared.name).write_bytes(shared.read_bytes())
        made = run("update-mime-database", "-V", data / "mime")
        self.assertNotRegex(made.stdout + made.stderr, r"(?i)error|unknown|warning")
        run("update-desktop-database", data / "applications")

        files = temporary_folder()
        (files / "by-name.gguf").write_bytes(b"anything")
        (files / "BY-NAME.GGUF").write_bytes(b"anything")
        (files / "by-content").write_bytes(b"GGUF\3\0\0\0" + bytes(64))
        (files / "other.txt").write_bytes(b"a text")
        system = environment(XDG_DATA_DIRS=str(data), XDG_DATA_HOME=str(files / "none"))
        for name, wanted in (("by-name.gguf", "application/x-gguf"), ("BY-NAME.GGUF", "application/x-gguf"), ("by-content", "application/x-gguf"),
                             ("other.txt", "text/plain")):
            told = run("gio", "info", "-a", "standard::content-type", files / name, env=system).stdout
            self.assertIn(f"standard::content-type: {wanted}\n", told, name)
        system["PATH"] = f"{installed() / 'bin'}:{system['PATH']}"  # entries whose program is not there are not offered
        self.assertIn("hearth.desktop", run("gio", "mime", "application/x-gguf", env=system).stdout)

    def test_the_metadata_is_valid_and_complete(self):
        checked = run("appstreamcli", "validate", "--no-net", "--pedantic", metainfo(), check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertNotRegex(checked.stdout, r"(?m)^[EW]:")
        root = ElementTree.parse(metainfo()).getroot()
        self.assertEqual(metainfo().name, f"{root.findtext('id')}.metainfo.xml")
        self.assertEqual(root.findtext("launchable"), "hearth.desktop")
        self.assertEqual([e.text for e in root.find("provides").findall("binary")], ["hearth", "hearth-cli"])
        for element in ("summary", "description/p", "description/ul/li", "screenshots/screenshot/caption", "screenshots/screenshot/image"):
            languages = [e.get(XML_LANG) for e in root.findall(element)]
            self.assertEqual(languages.count(None), languages.count("zh_CN"), element)
            self.assertGreater(languages.count(None), 0, element)
        version = re.search(r"project\(hearth VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"))
        self.assertEqual(root.find("releases/release").get("version"), version[1])

    def test_screenshots_are_in_the_repository_with_the_size_said(self):
        for image in ElementTree.parse(metainfo()).getroot().iter("image"):
            path = SOURCE / "docs/images" / image.text.split("/docs/images/")[1]
            head = path.read_bytes()[:24]
            self.assertEqual(struct.unpack(">II", head[16:24]), (int(image.get("width")), int(image.get("height"))), path)

    def test_the_starter_model_comes_with_its_notices(self):
        share = installed() / "share/hearth"
        for name in ("models/ember-q8_0.gguf", "models/NOTICE", "models/CREDITS.txt", "adapters/fables.gguf", "adapters/law.gguf", "adapters/medical.gguf",
                     "adapters/tales.gguf", "adapters/terse.gguf", "adapters/NOTICE"):
            self.assertEqual((share / name).read_bytes(), (SOURCE / "resources" / name).read_bytes(), name)


if __name__ == "__main__":
    unittest.main()
