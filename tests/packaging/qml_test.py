#!/usr/bin/env python3
"""The packages of QML modules and plugins are found from the imports, and they are what the program really loads."""
import os
import re
import signal
import subprocess
import sys
import unittest

from support import BUILD, HEARTH, SOURCE, environment, run, temporary_folder

sys.path.insert(0, str(SOURCE / "installer"))
sys.path.insert(0, str(SOURCE / "scripts"))
import qml_modules  # noqa: E402
import stable_qmlcachegen  # noqa: E402

TOOL = SOURCE / "installer/debian/qml_packages.py"
QML_DIR = run("qmake6", "-query", "QT_INSTALL_QML").stdout.strip()


def trace_of(*command, seconds, **more):
    """Folders of the QML modules that a program loads in its first seconds, or until it ends."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=environment(QML_IMPORT_TRACE="1", QT_LOGGING_RULES="qt.qml.import*=true", **more)) as process:
        try:
            text = process.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
            text = process.communicate(timeout=60)[0]
    # Modules that are compiled into their libraries show up with their addresses there, ":/qt-project.org/imports/...".
    return {os.path.dirname(path) for path in re.findall(re.escape(QML_DIR) + r"/\S+?/qmldir", text)}, text


class Qml(unittest.TestCase):
    def test_imports_are_followed_through_the_modules_of_qt(self):
        modules = qml_modules.resolve(QML_DIR, [SOURCE / "ui"])
        for uri in ("QtQuick", "QtQuick.Controls.Basic", "QtQuick.Controls.impl", "QtQuick.Dialogs", "QtQuick.Layouts"):
            self.assertIn(uri, modules)
        # Imported by no file of ours: what the dialogs of Qt need.
        self.assertIn("QtQuick.Dialogs.quickimpl", modules)
        self.assertIn("Qt.labs.folderlistmodel", modules)
        self.assertNotIn("QtQuick.Controls.Material", modules)
        self.assertNotIn("QtTest", modules)

    def test_an_import_without_a_package_fails(self):
        folder = temporary_folder()
        (folder / "Page.qml").write_text("import QtQuick\nimport QtQuick.Nowhere 1.0 as N\nItem {}\n", encoding="utf-8")
        failed = run(TOOL, "--qml-dir", QML_DIR, "--sources", folder, check=False)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("QtQuick.Nowhere", failed.stderr)
        (folder / "Page.qml").write_text("// import QtQuick.Nowhere\n/* import QtQuick.Nowhere */\nimport QtQuick\nItem {}\n", encoding="utf-8")
        self.assertEqual(run(TOOL, "--qml-dir", QML_DIR, "--minimum", "6.4", "--sources", folder).stdout.split("\n")[-2], "qml6-module-qtquick (>= 6.4)")

    def test_the_compiler_s_declarations_are_sorted_and_nothing_else(self):
        text = "{\nQVariant r2_1;\nQObject *r10_2;\nbool r2;\n// generate\nr2 = a;\nr1 = b;\nint r7;\nint r2_3;\nreturn r2;\n}\n"
        self.assertEqual(stable_qmlcachegen.sorted_declarations(text),
                         "{\nQObject *r10_2;\nQVariant r2_1;\nbool r2;\n// generate\nr2 = a;\nr1 = b;\nint r2_3;\nint r7;\nreturn r2;\n}\n")

    def test_two_runs_of_the_compiler_give_the_same_file(self):
        compiler = os.path.join(run("qmake6", "-query", "QT_INSTALL_LIBEXECS").stdout.strip(), "qmlcachegen")
        resources = BUILD / "qml/Hearth/Ui/.rcc"
        folder = temporary_folder()
        for name in ("Main", "AboutDialog", "FileDrop"):
            source = next((SOURCE / "ui").rglob(name + ".qml"))
            alias = re.search(r'alias="((?:[^"]*/)?' + name + r'\.qml)"', (resources / "hearth_ui_raw_qml_0.qrc").read_text(encoding="utf-8"))[1]
            made = []
            for place in ("one", "another/place/with-a-longer-name"):
                (folder / place).mkdir(parents=True, exist_ok=True)
                out = folder / place / (name + ".cpp")
                run(SOURCE / "scripts/stable_qmlcachegen.py", compiler, "--bare", "--resource-path", "/qt/qml/Hearth/Ui/" + alias,
                    "-I", QML_DIR, "-i", BUILD / "qml/Hearth/Ui/qmldir", "--resource", resources / "qmake_Hearth_Ui.qrc",
                    "--resource", resources / "hearth_ui_raw_qml_0.qrc", "-o", out, source)
                made.append(out.read_text(encoding="utf-8"))
            self.assertEqual(made[0], made[1], name)
        self.assertIn("r2_1;", (folder / "one/AboutDialog.cpp").read_text(encoding="utf-8"))
        failed = run(SOURCE / "scripts/stable_qmlcachegen.py", compiler, "-o", folder / "none.cpp", folder / "none.qml", check=False)
        self.assertNotEqual(failed.returncode, 0)

    def test_a_module_that_no_package_has_fails(self):
        root = temporary_folder()
        (root / "Own/Module").mkdir(parents=True)
        (root / "Own/Module/qmldir").write_text("module Own.Module\n", encoding="utf-8")
        (root / "ui").mkdir()
        (root / "ui/Page.qml").write_text("import Own.Module\nThing {}\n", encoding="utf-8")
        failed = run(TOOL, "--qml-dir", root, "--sources", root / "ui", check=False)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("belongs to no Debian package", failed.stderr)

    def test_files_without_a_folder_of_sources_fail(self):
        self.assertEqual(run(TOOL, "--qml-dir", QML_DIR, "--sources", temporary_folder(), check=False).returncode, 1)

    def test_the_window_loads_no_other_module(self):
        found = set(qml_modules.resolve(QML_DIR, [SOURCE / "ui"]).values())
        loaded, text = trace_of(HEARTH, seconds=6, QT_QUICK_BACKEND="software")
        self.assertIn(f"{QML_DIR}/QtQuick/Controls/Basic", loaded, text[-2000:])
        self.assertLessEqual(loaded, found)

    def test_the_dialogs_of_qt_load_no_other_module(self):
        folder = temporary_folder()
        (folder / "tst_dialogs.qml").write_text("""
import QtQuick
import QtTest
import QtQuick.Dialogs
TestCase {
    name: "dialogs"
    when: windowShown
    Window { id: window; width: 800; height: 600; visible: true }
    FileDialog { id: file; parentWindow: window }
    FolderDialog { id: folder; parentWindow: window }
    function test_open() {
        file.open();
        tryCompare(file, "visible", true);
        file.close();
        folder.open();
        tryCompare(folder, "visible", true);
        folder.close();
    }
}
""", encoding="utf-8")
        found = set(qml_modules.resolve(QML_DIR, [SOURCE / "ui"]).values()) | {f"{QML_DIR}/QtTest", f"{QML_DIR}/QtQuick/Window"}
        runner = os.path.join(run("qmake6", "-query", "QT_INSTALL_BINS").stdout.strip(), "qmltestrunner")
        loaded, text = trace_of(runner, "-input", folder / "tst_dialogs.qml", seconds=60, QT_QUICK_CONTROLS_STYLE="Basic", QT_QUICK_BACKEND="software")
        self.assertIn("3 passed, 0 failed", text)
        self.assertIn("QtQuick/Dialogs/quickimpl/qml/FileDialog.qml", text)
        self.assertIn(f"{QML_DIR}/Qt/labs/folderlistmodel", loaded, text[-2000:])
        self.assertLessEqual(loaded, found)


if __name__ == "__main__":
    unittest.main()
