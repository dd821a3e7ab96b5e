"""What a person does in a session, step for step, with checks."""
import time

import window
from chats import Chats
from chroot import UID, USER
from files import Snapshot, holding, is_within, parents_of

DATA = f"/home/{USER}/.local/share/hearth"
CONFIG = f"/home/{USER}/.config/hearth"
CACHE = f"/home/{USER}/.cache/hearth"
OURS = [DATA, CONFIG, CACHE]
# Kept by libraries of the system for every program alike: shaders that Mesa has compiled, the list of fonts of fontconfig.
SYSTEMS = [f"/home/{USER}/.cache/mesa_shader_cache", f"/home/{USER}/.cache/fontconfig", "/var/cache/fontconfig"]
QUIT_SECONDS = 15


class Session:
    """One system, one screen, one program that is started again and again."""

    def __init__(self, report, system, screen, work, pictures):
        self.report, self.system, self.screen, self.work, self.pictures = report, system, screen, work, pictures
        self.chats = Chats(system.path / (DATA + "/hearth.db").lstrip("/"))
        self.app, self.main, self._runs = None, None, 0

    # --- Start and end

    def start(self, command, traced=False, **options):
        """Starts the program and waits for its window; answers the seconds."""
        self._runs += 1
        log = self.work / f"run-{self.system.path.name}-{self._runs}.log"
        trace = log.with_suffix(".trace") if traced else None
        first = self.is_first(command)
        self.app = window.App(self.system, command, log, trace, DISPLAY=self.screen.name, **options)
        self.main, seconds = self.app.window(self.screen)
        if not self.main:
            self.app.kill()
        self.report.need(self.main, f"{' '.join(command)} shows its window", self.app.output())
        if first:
            self.skip_welcome()
        return seconds

    def start_without_title(self, command, empty, **environment):
        """As start() where X knows no window of the program: waits until the screen shows something else than `empty`."""
        self._runs += 1
        log = self.work / f"run-{self.system.path.name}-{self._runs}.log"
        first = self.is_first(command)
        self.app = window.App(self.system, command, log, **environment)
        self.report.need(self.screen.settle(empty, window.WINDOW_SECONDS) and self.app.running(), "the window appears", self.app.output())
        self.report.info(f"screen at rest after {time.monotonic() - self.app.begin:.2f} s")
        if first:
            self.skip_welcome()

    def is_first(self, command):
        """A start without files and without anything from before: the first steps come."""
        return len(command) == 1 and not self.chats.file.exists()

    def skip_welcome(self):
        """The first steps are there once, and Esc is enough to be rid of them."""
        stored = window.wait_for(lambda: self.chats.file.exists() and self.chats.setting("welcome_shown") == "true", 20)
        self.report.check(stored, "the first start shows the first steps")
        self.screen.keys("Escape", pause=1)

    def quit(self):
        """Ctrl+Q: the program ends by itself, with status 0, and leaves a closed and sound database."""
        check = self.report.check
        begin = time.monotonic()
        self.screen.keys("ctrl+q", pause=0)
        status = self.app.wait(QUIT_SECONDS)
        check(status == 0, f"Ctrl+Q ends the program with status 0 within {QUIT_SECONDS} s (it was {status})", self.app.output())
        if status is None:
            self.app.kill()
        self.report.info(f"ended after {time.monotonic() - begin:.1f} s")
        check(not self.app.output().strip(), "the program has nothing to complain about", self.app.output())
        if self.chats.file.exists():
            check(not self.chats.log_files(), "the database is closed", self.chats.log_files())
            check(self.chats.is_sound(), "the database is sound")
        check(not (self.chats.file.parent / "running").exists(), "the mark of a running program is gone")

    def kill(self):
        if self.app:
            self.app.kill()

    def picture(self, name):
        """Keeps a picture of the screen; a window that shows anything at all has some colours."""
        time.sleep(0.5)
        colours = self.screen.picture(self.pictures / f"{self.system.path.name}-{name}.png")
        self.report.check(colours > 50, f"the window shows something ({colours} colours in {name})")

    # --- Chats

    def ask(self, text):
        """Types a question into the window as it is, sends it and waits for the answer; answers its row."""
        before = len(self.chats.messages("assistant"))
        self.screen.type(text)
        self.screen.keys("Return", pause=0)
        stored = window.wait_for(lambda: any(row["content"] == text for row in self.chats.messages("user")), 20)
        if not stored:
            self.screen.picture(self.pictures / f"{self.system.path.name}-not-sent.png")
        self.report.need(stored, f"“{text}” is in the database", self.app.output())
        answer = self.chats.wait_for_answer(before + 1)
        self.report.need(answer, "the answer ends", self.app.output())
        good = answer["status"] == "done" and answer["content"].strip() and not answer["error_id"]
        self.report.check(good, "the answer is complete and without error", answer)
        self.report.info(f"“{text}” -> “{' '.join(answer['content'].split())[:100]}” ({answer['model_name']})")
        return answer

    def questions(self):
        return [row["content"] for row in self.chats.messages("user")]

    def wait_until_stored(self, key, value):
        return window.wait_for(lambda: self.chats.setting(key) == value, 10)

    # --- Files

    def snapshot(self):
        return Snapshot(self.system.path, self.system.mounts)

    def check_changes(self, before, what):
        """Nothing outside the person's data folders has changed since."""
        changes = self.snapshot().since(before)
        allowed = OURS + SYSTEMS
        stray = {path: word for path, word in changes.items() if not is_within(path, allowed) and path not in parents_of(allowed)}
        self.report.check(not stray, f"{what}: no file outside the person's data folders", "\n".join(f"{w} {p}" for p, w in sorted(stray.items())))
        return changes

    def check_watching(self):
        """A program that does what is forbidden is caught."""
        trace = self.work / f"bad-{self.system.path.name}.trace"
        before = self.snapshot()
        script = "(echo > /dev/tcp/127.0.0.1/9) 2>/dev/null; echo x > /tmp/passing; rm /tmp/passing; echo Kuckucksuhr > ~/stray; mkdir ~/folder"
        window.App(self.system, ["bash", "-c", script], trace.with_suffix(".log"), trace).wait(30)
        self.report.check(window.network_calls(trace), "a connection is seen", trace.read_text())
        stray, home = self.stray_paths(trace), f"/home/{USER}"
        self.report.check({"/tmp/passing", f"{home}/stray", f"{home}/folder"} <= set(stray), "a file in a wrong place is seen", stray)
        changes = self.snapshot().since(before)
        self.report.check(changes == {f"{home}/stray": "new", f"{home}/folder": "new"}, "and what is left of it", changes)
        self.report.check(holding(self.system.path, "KUCKUCKSUHR", ["/home", "/tmp"]) == [f"{home}/stray"], "a word in it is found")
        self.system.user(["rm", "-r", f"{home}/stray", f"{home}/folder"])

    def check_trace(self):
        """What the traced run did: no network, and files only where they belong, those that were there for a moment too."""
        calls = window.network_calls(self.app.trace)
        self.report.check(not calls, "no socket of a network is made", "\n".join(calls[:20]))
        stray = self.stray_paths(self.app.trace)
        self.report.check(not stray, "nothing is written outside the person's data folders, not even for a moment", "\n".join(stray))

    def stray_paths(self, trace):
        """What a traced program made or changed where it should not."""
        passing = [f"/run/user/{UID}", "/dev", "/proc", "/memfd:", "/tmp/.X11-unix", "/var/cache/fontconfig"]
        places = OURS + SYSTEMS + passing
        # The path as the system sees it: strace names files from outside of it.
        root = str(self.system.path)
        return sorted(path for written in window.written_paths(trace)
                       if (path := written[len(root):] if written.startswith(root) else written).startswith("/")
                       and not is_within(path, places) and not path.startswith("/memfd:") and path not in parents_of(OURS + SYSTEMS))
