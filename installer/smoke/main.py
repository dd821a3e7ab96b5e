"""The smoke test of what people install; see installer/smoke.sh, which starts it."""
import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import chroot
from archive_steps import ArchiveSteps
from deb_steps import DebSteps
from report import Report
from window import Screen

ROOT = Path(__file__).resolve().parents[2]
PARTS = ["deb", "portable"]
NEWER = "+smoke1"


def existing_file(text):
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return Path(text).resolve()


def arguments():
    parser = argparse.ArgumentParser(prog="installer/smoke.sh", add_help=False)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    for name in ("--deb", "--newer", "--archive", "--newer-archive"):
        parser.add_argument(name, type=existing_file)
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--cache", type=lambda text: Path(text).resolve(), default=ROOT / "build/smoke-cache")
    parser.add_argument("--pictures", type=lambda text: Path(text).resolve(), default=ROOT / "build/smoke-pictures")
    parser.add_argument("--mirror", default="http://deb.debian.org/debian")
    parser.add_argument("--keep", action="store_true")
    chosen = parser.parse_args()
    chosen.parts = chosen.parts or PARTS
    if chosen.packages:
        deb, archive = packages_in(chosen.packages.resolve())
        chosen.deb, chosen.archive = chosen.deb or deb, chosen.archive or archive
    return chosen


def packages_in(folder):
    """The .deb and the archive in a folder; None for what is not there."""
    debs = [file for file in folder.glob("*.deb") if "dbgsym" not in file.name]
    return next(iter(debs), None), next(folder.glob("*.tar.zst"), None)


def build(work, parts, suffix):
    """Packages of this tree, made by installer/package.sh; answers the .deb and the archive, None for what is not wanted."""
    out = work / f"packages{suffix}"
    out.mkdir()
    what = "all" if len(parts) > 1 else parts[0]
    chroot.run([ROOT / "installer/package.sh", what, "--out", out, *(["--suffix", suffix] if suffix else [])], env=os.environ)
    return packages_in(out)


class Smoke:
    def __init__(self, chosen, work):
        self.chosen, self.work, self.report = chosen, work, Report()
        self.base = work / "base"
        self.screen = None

    def packages(self):
        """The newer ones first: what is left in the build folder then is of this tree as it is."""
        chosen = self.chosen
        given = {"deb": (chosen.newer, chosen.deb), "portable": (chosen.newer_archive, chosen.archive)}
        newer_missing = [part for part in chosen.parts if not given[part][0]]
        missing = [part for part in chosen.parts if not given[part][1]]
        if newer_missing:
            deb, archive = build(self.work, newer_missing, NEWER)
            chosen.newer, chosen.newer_archive = chosen.newer or deb, chosen.newer_archive or archive
        if missing:
            deb, archive = build(self.work, missing, "")
            chosen.deb, chosen.archive = chosen.deb or deb, chosen.archive or archive
        for file in (chosen.deb, chosen.newer, chosen.archive, chosen.newer_archive):
            if file:
                self.report.info(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")

    def system(self):
        chroot.fresh(self.base, self.chosen.cache, self.chosen.mirror)
        self.screen = Screen()
        there = chroot.run(["chroot", self.base, "dpkg-query", "-W", "-f", "${Package}\n"]).split()
        self.report.check(not [name for name in there if name.startswith(("qt6", "libqt6", "cpp", "libx11", "fonts"))],
                          "the system has no Qt, no window system, no fonts and no compiler", there)
        self.report.info(f"Debian {chroot.SUITE}, {len(there)} packages")

    def run(self):
        chosen, report = self.chosen, self.report
        packages = report.step("packages", self.packages)
        ready = report.step("a fresh Debian", self.system) and packages
        common = (report, self.base, self.work, chosen.cache, self.screen, chosen.pictures)
        parts = {"deb": lambda: DebSteps(*common, (chosen.deb, chosen.newer)),
                 "portable": lambda: ArchiveSteps(*common, (chosen.archive, chosen.newer_archive))}
        for part in chosen.parts:
            if ready:
                parts[part]().run()
            else:
                report.skip(part, "there is nothing to test")
        return report.end()


def main():
    # An end by a signal is an end like any other: the work folder goes.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    chosen = arguments()
    for folder in (chosen.cache, chosen.pictures):
        folder.mkdir(parents=True, exist_ok=True)
    lock = open(chosen.cache / "lock", "w", encoding="utf-8")  # kept open: the lock lasts as long as this run
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print(f"Another smoke test uses {chosen.cache}. Wait for it, or choose another folder with --cache.", file=sys.stderr)
        return 2
    work = Path(tempfile.mkdtemp(prefix="hearth-smoke-"))
    work.chmod(0o755)  # the user of a system reaches its home through it
    smoke = Smoke(chosen, work)
    try:
        return smoke.run()
    finally:
        if smoke.screen:
            smoke.screen.close()
        if chosen.keep:
            print(f"kept: {work}")
        else:
            with open("/proc/self/mounts", encoding="utf-8") as mounts:
                below = [line.split()[1] for line in mounts if line.split()[1].startswith(f"{work}/")]
            for target in reversed(below):
                chroot.run(["umount", "-l", target])
            subprocess.run(["rm", "-rf", "--one-file-system", str(work)], check=False)


if __name__ == "__main__":
    sys.exit(main())
