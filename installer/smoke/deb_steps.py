"""The Debian package: installed by apt into a system that has nothing of it, used, upgraded, removed."""
import re
import shutil
import statistics

import desktop
import erase
import window
from chroot import USER, System, run
from session import DATA, Session
from wayland import SOCKET, Compositor

PROGRAMS = ["/usr/bin/hearth", "/usr/bin/hearth-cli"]
ENTRY = "/usr/share/applications/hearth.desktop"
# What keeps the lists of entries and types on every desktop; they look at what is installed already, too.
DATABASES = ["shared-mime-info", "desktop-file-utils"]
MARKER = "Zwiebelfisch"  # a word of chats, looked for when they are erased
QUESTION = f"Hello! My name is {MARKER}. Who are you?"
# Packages for building programs that a person's computer need not have.
BUILDERS = {"gcc", "g++", "make", "cmake", "ninja-build", "dpkg-dev", "build-essential", "qt6-base-dev", "python3-dev"}


def launcher(system, files=()):
    """What a desktop runs for the installed entry."""
    entry = desktop.read_entry((system.path / ENTRY[1:]).read_text(encoding="utf-8"))
    return desktop.command(entry, files, ENTRY)


def version_of(system):
    return system.user(["hearth", "--version"], QT_QPA_PLATFORM="offscreen").strip()


class DebSteps:
    def __init__(self, report, base, work, cache, screen, pictures, packages):
        self.report, self.base, self.work, self.cache, self.screen, self.pictures = report, base, work, cache, screen, pictures
        self.deb, self.newer = packages
        self.system = self.session = self.before = None

    # --- Without what is only recommended

    def install(self):
        """apt brings everything that the package depends on; nothing else."""
        self.system = System.copy(self.base, self.work / "deb", self.cache)
        self.session = Session(self.report, self.system, self.screen, self.work, self.pictures)
        earlier = self.system.packages()
        self.system.install(self.deb)
        new = self.system.packages() - earlier
        size = self.system.root(["du", "-shx", "/"]).split()[0]
        self.report.info(f"{len(new)} packages came with it; the system has {size}")
        self.report.check("hearth" in new, "the package is installed")
        self.report.check(not new & BUILDERS and not [name for name in new if name.endswith("-dev")], "no package for building came with it",
                          sorted(name for name in new if name in BUILDERS or name.endswith("-dev")))
        self.report.check(any(name.startswith("fonts-") for name in new), "a font came with it", sorted(new))
        for program in PROGRAMS:
            self.report.check((self.system.path / program[1:]).exists(), f"{program} is there")
            self.report.check(not re.search("not found", self.system.root(["ldd", program])), f"{program} finds its libraries")
        self.report.info(version_of(self.system).replace("\n", "; "))
        self.report.check(self.system.has(["dpkg", "--verify", "hearth"]), "the files are those of the package")

    def desktop_database(self):
        """The entry can be run, its icon is there, and .gguf files lead to it."""
        system, report = self.system, self.report
        system.install(*DATABASES)
        command = launcher(system)
        report.info(f"Exec: {' '.join(command)}")
        report.check(system.has(["sh", "-c", f"command -v {command[0]}"]), "the program of the entry is found")
        entry = desktop.read_entry((system.path / ENTRY[1:]).read_text(encoding="utf-8"))
        icons = [str(path) for path in (system.path / "usr/share/icons").rglob(entry.get("Icon", "hearth") + ".*")]
        report.check(any(name.endswith(".svg") for name in icons) and any(name.endswith(".png") for name in icons), "the icon is there", icons)
        globs = (system.path / "usr/share/mime/globs2").read_text(encoding="utf-8")
        for name in ("model.gguf", "Model.Q4_K_M.GGUF"):
            kind = desktop.mime_type(globs, name)
            report.check(kind == "application/x-gguf", f"{name} is application/x-gguf, not {kind}")
        cache = (system.path / "usr/share/applications/mimeinfo.cache").read_text(encoding="utf-8")
        report.check("hearth.desktop" in desktop.applications(cache, "application/x-gguf"), "a double click on a model leads to the entry", cache)

    def first_session(self):
        """From the desktop entry, traced, without any network interface and without D-Bus: chat, change settings, quit."""
        session = self.session
        self.before = session.snapshot()
        seconds = session.start(launcher(self.system), traced=True)
        self.report.info(f"window after {seconds:.2f} s, traced")
        session.ask(QUESTION)
        session.picture("answer")
        session.screen.keys("ctrl+plus", "ctrl+plus")
        self.report.check(session.wait_until_stored("interface.font_percent", "120") or session.chats.rows("SELECT * FROM setting"),
                          "a setting is stored")
        session.picture("larger-text")
        session.quit()
        session.check_trace()
        changes = session.check_changes(self.before, "a whole session")
        for path in sorted(path for path in changes if path.startswith(DATA)):
            self.report.info(f"{changes[path]} {path}")

    def start_times(self):
        """Information; the targets are those of the machine itself."""
        session, times = self.session, []
        for _ in range(5):
            times.append(session.start(launcher(self.system)))
            session.quit()
        self.report.info(f"start to visible window, warm, software rendering: median {statistics.median(times):.2f} s of "
                         f"{', '.join(f'{t:.2f}' for t in times)}")

    def second_session(self):
        """The chats of the last session are there, and a chat can be continued. Drawn by OpenGL, as where there is a graphics processor."""
        session = self.session
        session.start(launcher(self.system), QSG_RHI_BACKEND="opengl")
        self.report.check(QUESTION in session.questions(), "the chat of the session before is there")
        session.screen.keys("alt+Down", pause=1)
        chats = {row["chat_id"] for row in session.chats.messages("user")}
        answer = session.ask("What did I say?")
        self.report.check(answer["chat_id"] in chats, "the chat is continued, not a new one begun")
        session.picture("continued")
        session.quit()

    # --- Upgrade and removal

    def upgrade(self):
        """apt install of a newer build while the program runs: it goes on, the next start is the newer version, and every chat is there."""
        system, session = self.system, self.session
        old, questions = version_of(system), session.questions()
        session.start(launcher(system))
        system.install(self.newer)
        new = version_of(system)
        self.report.check(new.splitlines()[0] != old.splitlines()[0], f"--version changes: {old.splitlines()[0]} -> {new.splitlines()[0]}")
        self.report.check(session.app.running(), "the running program goes on", session.app.output())
        session.ask("Are you still there?")
        session.picture("upgraded-while-running")
        session.quit()
        session.start(launcher(system))
        self.report.check(session.questions()[:len(questions)] == questions, "the chats are there after the upgrade", session.questions())
        session.screen.keys("alt+Down", pause=1)
        session.ask("Tell me a short story about a dog.")
        session.picture("after-upgrade")
        session.quit()

    def remove(self):
        """apt remove, then purge: the program is gone, the chats are not. Installed again, it finds them."""
        system, session, check = self.system, self.session, self.report.check
        listed = system.root(["dpkg-query", "-L", "hearth"]).split("\n")
        before, questions = session.snapshot(), session.questions()
        system.root(["apt-get", "remove", "-y", "hearth"])
        left = [name for name in listed if (path := system.path / name.strip("/")).is_symlink() or path.is_file()]
        check(not left, "every file of the package is gone", "\n".join(left))
        folders = [name for name in listed if "hearth" in name and (system.path / name.strip("/")).is_dir()]
        check(not folders, "every folder of the package is gone", "\n".join(folders))
        globs = system.path / "usr/share/mime/globs2"
        check(not globs.exists() or "gguf" not in globs.read_text(), "the MIME database has forgotten the type")
        cache = system.path / "usr/share/applications/mimeinfo.cache"
        check(not cache.exists() or "hearth" not in cache.read_text(), "the desktop database has forgotten the entry")
        system.install(self.newer)
        system.root(["apt-get", "purge", "-y", "hearth"])
        home = [path for path in session.snapshot().since(before) if path.startswith("/home")]
        check(not home, "neither removing nor purging touches anybody's files", "\n".join(home))
        check(session.questions() == questions, "the chats are still there")
        system.install(self.newer)
        session.start(launcher(system))
        check(session.questions() == questions, "installed again, the chats are found")
        session.picture("installed-again")
        session.quit()

    def erase(self):
        """Everything of the person's is erased from the window; afterwards nothing is left."""
        session = self.session
        session.start(launcher(self.system))
        session.screen.keys("alt+Down", pause=1)
        session.picture("before-erase")
        erase.erase_by_keyboard(session, with_files=False)
        gone = window.wait_for(lambda: not session.questions(), 20)
        self.report.check(gone, "no chat is left", session.questions())
        session.picture("erased")
        session.quit()
        erase.check_nothing_left(session, MARKER, self.before)

    # --- With what is recommended

    def recommended(self):
        """The same package with Recommends, started by a double click on a model file whose name needs quoting."""
        self.system = System.copy(self.base, self.work / "deb-recommends", self.cache)
        self.session = session = Session(self.report, self.system, self.screen, self.work, self.pictures)
        self.system.install(self.deb, recommends=True)
        packages = self.system.packages()
        for name in ("qt6-wayland", "fonts-noto-cjk"):
            self.report.check(name in packages, f"{name} is recommended")
        model = f"/home/{USER}/Models & more/my 'small' model 100%.gguf"
        (self.system.path / model[1:]).parent.mkdir(parents=True)
        shutil.copy(self.system.path / "usr/share/hearth/models/ember-q8_0.gguf", self.system.path / model[1:])
        run(["chown", "-R", f"{1000}:{1000}", self.system.home])
        before = session.snapshot()
        session.start(launcher(self.system, [model]))
        session.picture("opened-file")
        session.screen.keys("Escape", "ctrl+l", pause=0.7)
        session.ask("Hello!")
        session.picture("recommended")
        session.quit()
        session.check_changes(before, "a session with Recommends")

    def run(self):
        step = self.report.step
        installed = step("deb: apt install, without Recommends", self.install)
        step("deb: desktop entry, icon and MIME type", self.desktop_database, installed)
        step("deb: a program that does what is forbidden is caught", lambda: self.session.check_watching(), installed)
        started = step("deb: first session, traced, without network", self.first_session, installed)
        step("deb: start times", self.start_times, started)
        step("deb: second session", self.second_session, started)
        step("deb: upgrade while it runs", self.upgrade, started)
        step("deb: remove, purge, install again", self.remove, started)
        step("deb: erase everything", self.erase, started)
        self.done()
        recommended = step("deb: with Recommends, opened by a file", self.recommended, installed)
        step("deb: on Wayland", self.wayland, recommended)
        self.done()

    def wayland(self):
        """On a Wayland desktop, with the plugin that is recommended. Pictures and keys go through the compositor's window."""
        session = self.session
        compositor = Compositor(self.screen, self.system, self.work)
        try:
            shown = self.screen.settle() and self.screen.pixels()
            session.start_without_title(launcher(self.system), shown, WAYLAND_DISPLAY=SOCKET, XDG_SESSION_TYPE="wayland")
            session.ask("Hello! Which window system is this?")
            session.picture("wayland")
            session.quit()
        finally:
            session.kill()
            compositor.close()

    def done(self):
        if self.session:
            self.session.kill()
        if self.system:
            self.system.remove()
        self.session = self.system = None
