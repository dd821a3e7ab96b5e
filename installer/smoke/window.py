"""A screen without a monitor, the application on it, and hands: keys and pictures. All of it runs outside of the tested system, which holds
nothing but the package."""
import os
import re
import subprocess
import time
from pathlib import Path

from chroot import Broken, run

TOOL_SECONDS = 60  # a tool of this machine that takes longer hangs
WINDOW_SECONDS = 60  # two busy cores included
# Bits in which two pictures of the screen differ: a blinking cursor stays below the first, a dialog that opens comes above the second.
SMALL, LARGE = 3_000, 60_000


def wait_for(what, seconds, every=0.1):
    """Whether `what()` became true within the time; answers its value."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)


def different(one, other):
    """In how many bits two pictures differ."""
    return (int.from_bytes(one, "little") ^ int.from_bytes(other, "little")).bit_count()


def end(process):
    """Ends a program, if need be by force."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Screen:
    """An X server without a window manager."""

    def __init__(self, size="1280x860x24"):
        read, write = os.pipe()
        self._server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-ac", "-noreset"],
                                        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise Broken("Xvfb did not start")
        self.name = f":{number}"

    def close(self):
        end(self._server)

    def tool(self, *command, check=True):
        done = subprocess.run([str(part) for part in command], env={**os.environ, "DISPLAY": self.name}, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, timeout=TOOL_SECONDS)
        if check and done.returncode != 0:
            raise Broken(f"{' '.join(map(str, command))}: exit status {done.returncode}")
        return done.stdout.strip()

    def windows(self):
        """Visible windows of Hearth: their numbers."""
        return self.tool("xdotool", "search", "--onlyvisible", "--name", "Hearth", check=False).split()

    def title(self, window):
        return self.tool("xdotool", "getwindowname", window, check=False)

    def focus(self, window):
        """What a window manager does with a new window."""
        self.tool("xdotool", "windowfocus", "--sync", window)

    def type(self, text):
        self.tool("xdotool", "type", "--delay", "12", "--", text)

    def keys(self, *names, pause=0.25):
        """Presses one after the other, with time for a dialog to open."""
        for name in names:
            self.tool("xdotool", "key", name)
            time.sleep(pause)

    def settle(self, before=None, seconds=20):
        """Waits until the screen shows something else than `before`, and then holds still; answers whether it did. A busy machine takes
        seconds to open a dialog, and keys that come earlier are lost."""
        last = [self.pixels()]

        def still():
            now = self.pixels()
            quiet = different(last[0], now) < SMALL and (before is None or different(before, now) > LARGE)
            last[0] = now
            return quiet
        return wait_for(still, seconds, every=0.25)

    def pixels(self):
        return subprocess.run(["import", "-silent", "-window", "root", "-depth", "8", "rgb:-"], env={**os.environ, "DISPLAY": self.name},
                              stdout=subprocess.PIPE, check=True, timeout=TOOL_SECONDS).stdout

    def picture(self, file):
        """Saves the screen; answers the number of its colours."""
        self.tool("import", "-silent", "-window", "root", file)
        return int(run(["identify", "-format", "%k", file]))


class App:
    """A started program of a system. Its streams go into files; its network has no interface, not even the loopback."""

    def __init__(self, system, command, log, trace=None, folder=None, network=False, **environment):
        self.log, self.trace = Path(log), trace
        wrapped = system.as_user(command, folder)
        if trace:
            calls = "network,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,mknodat"
            wrapped = ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "300", "-y", "-o", str(trace), "-e", f"trace={calls}", *wrapped]
        if not network:
            wrapped = ["unshare", "--net", *wrapped]
        self.begin = time.monotonic()
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(wrapped, env=system.environment(**environment), stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def running(self):
        return self.process.poll() is None

    def window(self, screen, seconds=WINDOW_SECONDS):
        """Its window, once visible, with the focus; the time it took. None when the program ended or the time is over."""
        found = wait_for(lambda: screen.windows() or not self.running(), seconds, every=0.02)
        took = time.monotonic() - self.begin
        if not found or found is True:
            return None, took
        screen.focus(found[-1])
        return found[-1], took

    def wait(self, seconds):
        """The exit status, or None: still running."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        end(self.process)

    def output(self):
        return self.log.read_text(errors="replace")


def network_calls(trace):
    """Lines of a trace in which a program makes a socket for a network, or uses one."""
    return [line for line in Path(trace).read_text(errors="replace").splitlines() if re.search(r"\bAF_(INET6?|PACKET|VSOCK|BLUETOOTH)\b", line)]


def written_paths(trace):
    """Every path that a traced program created, opened for writing or gave a name, even for a moment."""
    paths = set()
    for line in Path(trace).read_text(errors="replace").splitlines():
        match = re.search(r"\b(\w+)\((.*)\) += (-?\d+)", line)
        if not match or int(match[3]) < 0:
            continue
        call, arguments = match[1], match[2]
        if call in ("open", "openat") and not re.search(r"O_(WRONLY|RDWR|CREAT|TMPFILE)", arguments):
            continue
        if not re.match(r"(open|openat|creat|mkdir|mkdirat|rename|link|symlink|mknod|bind)", call):
            continue
        opened = re.search(r"= \d+<([^>]*)>", line)
        names = re.findall(r'"((?:[^"\\]|\\.)*)"', arguments)
        if call == "bind":
            names = re.findall(r'sun_path="([^"]*)"', arguments)
        if opened and call in ("open", "openat", "creat"):
            paths.add(opened[1].replace(" (deleted)", ""))
        else:
            paths.update(names[-1:])
    return paths
