#!/usr/bin/env python3
"""Which commit a build names: cmake/HearthCommit.cmake in repositories, copies and archives.

  commit_test.py CMAKE SCRIPT
"""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CMAKE, SCRIPT = sys.argv[1], sys.argv[2]
GIT = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]


def git(folder, *arguments):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run([*GIT, "-C", folder, *arguments], check=True, capture_output=True, text=True, env=clean).stdout.strip()


class Commit(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.base = Path(holder.name)
        self.tree = self.base / "a tree"
        self.tree.mkdir()
        (self.base / "template").write_text("commit @HEARTH_BUILD_COMMIT@\n")

    def repository(self, folder):
        git(folder, "init", "-q")
        (folder / "file").write_text("one\n")
        git(folder, "add", "file")
        git(folder, "commit", "-q", "-m", "one")
        return git(folder, "rev-parse", "HEAD")

    def run_script(self, commit="", program="git"):
        return subprocess.run([CMAKE, f"-DTEMPLATE={self.base / 'template'}", f"-DOUTPUT={self.base / 'out'}", f"-DSOURCE={self.tree}",
                               f"-DGIT={program}", f"-DHEARTH_COMMIT={commit}", "-P", SCRIPT], capture_output=True, text=True)

    def commit(self, **options):
        done = self.run_script(**options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.base / "out").read_text().removeprefix("commit ").strip()

    def test_clean_and_changed(self):
        head = self.repository(self.tree)
        self.assertEqual(self.commit(), head[:12])
        (self.tree / "new").write_text("a file that git does not know does not count\n")
        self.assertEqual(self.commit(), head[:12])
        (self.tree / "file").write_text("two\n")
        self.assertEqual(self.commit(), head[:12] + "-dirty")
        git(self.tree, "add", "file")
        self.assertEqual(self.commit(), head[:12] + "-dirty", "staged")
        git(self.tree, "commit", "-q", "-m", "two")
        self.assertEqual(self.commit(), git(self.tree, "rev-parse", "HEAD")[:12])

    def test_the_length_does_not_depend_on_the_clone(self):
        head = self.repository(self.tree)
        git(self.tree, "config", "core.abbrev", "40")
        self.assertEqual(self.commit(), head[:12])

    def test_written_only_when_it_changes(self):
        self.repository(self.tree)
        self.commit()
        os.utime(self.base / "out", (1, 1))
        self.commit()
        self.assertEqual((self.base / "out").stat().st_mtime, 1)
        (self.tree / "file").write_text("two\n")
        self.commit()
        self.assertNotEqual((self.base / "out").stat().st_mtime, 1)

    def test_no_repository(self):
        self.assertEqual(self.commit(), "unknown")
        self.assertEqual(self.commit(program=""), "unknown")
        self.assertEqual(self.commit(program="/nonexistent/git"), "unknown")

    def test_a_repository_without_a_commit(self):
        git(self.tree, "init", "-q")
        self.assertEqual(self.commit(), "unknown")

    def test_inside_the_repository_of_something_else(self):
        self.repository(self.base)
        self.assertEqual(self.commit(), "unknown")

    def test_a_worktree_and_a_link_to_it(self):
        other = self.base / "other"
        other.mkdir()
        head = self.repository(other)
        self.tree.rmdir()
        git(other, "worktree", "add", "-q", "-b", "copy", str(self.tree))
        self.assertEqual(self.commit(), head[:12])
        link = self.base / "link"
        link.symlink_to(self.tree)
        self.tree = link
        self.assertEqual(self.commit(), head[:12])

    @unittest.skipUnless(os.geteuid() == 0, "only root can give a tree to someone else")
    def test_a_tree_of_someone_else(self):
        head = self.repository(self.tree)
        for path in [self.tree, *self.tree.rglob("*")]:
            os.chown(path, 4321, 4321)
        self.assertEqual(self.commit(), head[:12])

    def test_given(self):
        self.repository(self.tree)
        self.assertEqual(self.commit(commit="0123456789abcdef0123456789abcdef01234567"), "0123456789ab")
        self.assertEqual(self.commit(commit="0123456-dirty"), "0123456-dirty")
        self.assertEqual(self.commit(commit="unknown"), "unknown")
        for bad in ("012345", "0123456x", "ABCDEF01", "0123456 -dirty", '0123456"', "-dirty"):
            self.assertNotEqual(self.run_script(commit=bad).returncode, 0, bad)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
