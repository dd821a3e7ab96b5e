"""The portable archive: unpacked by a person into a folder of theirs, on a system without Qt; used, replaced by a newer one, deleted."""
import shutil
import subprocess

import desktop
import erase
from chroot import UID, USER, System
from files import is_within
from session import DATA, Session

# What any desktop has: OpenGL with its drivers, which bring the libraries of X11, and fonts with the list of their folders. The archive brings
# the rest.
DESKTOP = ["libgl1", "libegl1", "libgl1-mesa-dri", "fontconfig-config", "fonts-dejavu-core"]
APPS = f"/home/{USER}/My Apps (new)"
ENTRY = f"/home/{USER}/.local/share/applications/hearth.desktop"
MARKER = "Zwiebelfisch"
QUESTION = f"Hello! My name is {MARKER}. Who are you?"


class ArchiveSteps:
    def __init__(self, report, base, work, cache, screen, pictures, archives):
        self.report, self.base, self.work, self.cache, self.screen, self.pictures = report, base, work, cache, screen, pictures
        self.archive, self.newer = archives
        self.system = self.session = self.before = None
        self.folder = self.newer_folder = ""

    def unpack(self, archive):
        """What a file manager does; answers the folder that appeared, as the system sees it."""
        target = self.system.path / APPS[1:]
        there = {path.name for path in target.iterdir()}
        file = shutil.copy(archive, self.system.path / "var/tmp")
        subprocess.run(["tar", "--zstd", "-xf", file, "-C", target], check=True, user=UID, group=UID, extra_groups=[])
        (self.system.path / "var/tmp" / archive.name).unlink()
        new = [path.name for path in target.iterdir() if path.name not in there]
        self.report.need(len(new) == 1, "the archive is one folder", new)
        return f"{APPS}/{new[0]}"

    def place(self):
        """A system with what the archive expects; nothing is installed but that, and root is not needed any more."""
        self.system = System.copy(self.base, self.work / "portable", self.cache)
        self.session = Session(self.report, self.system, self.screen, self.work, self.pictures)
        self.system.install(*DESKTOP)
        self.report.check(not [name for name in self.system.packages() if "qt" in name], "the system has no Qt")
        self.before = self.session.snapshot()
        (self.system.path / APPS[1:]).mkdir()
        self.system.root(["chown", USER, APPS])
        self.folder = self.unpack(self.archive)
        for name in ("hearth", "hearth-cli", "README.txt", "LICENSE", "THIRD_PARTY_NOTICES"):
            self.report.check((self.system.path / self.folder[1:] / name).is_file(), f"{name} is in the archive")
        for program in ("hearth", "hearth-cli"):
            text = self.system.user([f"{self.folder}/{program}", "--version"])
            self.report.check(text.strip(), f"{program} --version says something")
        self.report.info(f"{self.folder}: {self.system.root(['du', '-sh', self.folder]).split()[0]}")

    def first_session(self):
        """Traced, without any network interface and without D-Bus."""
        session = self.session
        before = session.snapshot()
        seconds = session.start([f"{self.folder}/hearth"], traced=True)
        self.report.info(f"window after {seconds:.2f} s, traced")
        session.ask(QUESTION)
        session.picture("answer")
        session.quit()
        session.check_trace()
        session.check_changes(before, "a whole session")

    def menu_entry(self):
        """The person's own menu entry starts it, and goes away without a trace."""
        session, report = self.session, self.report
        before = session.snapshot()
        self.system.user([f"{self.folder}/install-desktop-entry.sh"])
        entry = desktop.read_entry((self.system.path / ENTRY[1:]).read_text(encoding="utf-8"))
        command = desktop.command(entry, [], ENTRY)
        report.info(f"Exec: {entry['Exec']}")
        seconds = session.start(command)
        report.check(QUESTION in session.questions(), "the chat is there")
        report.info(f"window after {seconds:.2f} s")
        session.quit()
        self.system.user([f"{self.folder}/install-desktop-entry.sh", "--remove"])
        left = {path for path in session.snapshot().since(before) if is_within(path, [f"/home/{USER}/.local/share"])
                and not is_within(path, [DATA]) and (self.system.path / path[1:]).is_file()}
        report.check(not left, "no file of the menu entry is left", "\n".join(sorted(left)))

    def upgrade(self):
        """A newer version beside the old one finds the chats; the old folder can go while the newer one runs."""
        session = self.session
        if self.newer.name == self.archive.name:
            self.system.root(["mv", self.folder, f"{self.folder} (old)"])
            self.folder += " (old)"
        self.newer_folder = self.unpack(self.newer)
        session.start([f"{self.newer_folder}/hearth"])
        self.report.check(QUESTION in session.questions(), "the newer version finds the chats")
        self.system.user(["rm", "-r", self.folder])
        session.ask("What did I say?")
        session.picture("newer")
        session.quit()

    def delete(self):
        """Deleting the folder is all of the uninstalling, and touches no chat."""
        self.system.user(["rm", "-r", self.newer_folder])
        self.report.check(QUESTION in self.session.questions(), "the chats stay")
        self.folder = self.unpack(self.archive)
        self.session.start([f"{self.folder}/hearth"])
        self.report.check(QUESTION in self.session.questions(), "unpacked again, it finds them")
        self.session.quit()

    def erase(self):
        """With the models, of which there are some in the data folder: the program ends, and then its own folder is deleted, too."""
        session = self.session
        for kind in ("models", "adapters"):
            for file in (self.system.path / self.folder[1:] / "share/hearth" / kind).glob("*.gguf"):
                self.system.write(f"{DATA}/{kind}/mine/{file.name}", file.read_bytes())
                self.system.root(["chown", "-R", USER, f"{DATA}/{kind}"])
        session.start([f"{self.folder}/hearth"])
        erase.erase_by_keyboard(session, with_files=True)
        status = session.app.wait(20)
        self.report.check(status == 0, f"the program ends by itself with status 0 (it was {status})", session.app.output())
        session.kill()
        self.system.user(["rm", "-r", APPS])
        erase.check_nothing_left(session, MARKER, self.before)

    def run(self):
        step = self.report.step
        placed = step("portable: unpack on a system without Qt", self.place)
        step("portable: a program that does what is forbidden is caught", lambda: self.session.check_watching(), placed)
        started = step("portable: first session, traced, without network", self.first_session, placed)
        step("portable: menu entry", self.menu_entry, started)
        upgraded = step("portable: newer version beside it", self.upgrade, started)
        deleted = step("portable: delete the folder, unpack again", self.delete, upgraded)
        step("portable: erase everything", self.erase, deleted)
        if self.session:
            self.session.kill()
        if self.system:
            self.system.remove()
