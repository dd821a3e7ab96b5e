"""Fresh Debian systems to install into. Everything is mounted in the mount namespace of this run (installer/smoke.sh), which ends with it."""
import os
import shutil
import subprocess
import time
from pathlib import Path

SUITE = "bookworm"
USER = "ada"
UID = 1000
KEPT_SECONDS = 24 * 3600
RUN_SECONDS = 1200  # slow mirrors included; what takes longer hangs
# Nothing of the caller's environment reaches a system but what apt needs to get through a proxy.
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class Broken(RuntimeError):
    """A command that had to succeed did not; the text is its output."""


def run(command, **options):
    """Runs a command of this machine and answers its output; raises Broken when it fails."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, **{"timeout": RUN_SECONDS, **options})
    if done.returncode != 0:
        raise Broken(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout[-4000:]}")
    return done.stdout


def fresh(target, cache, mirror):
    """A minimal Debian, as debootstrap has made it just now or within the last day: a tar file of it is kept."""
    kept = cache / f"{SUITE}.tar"
    if kept.exists() and time.time() - kept.stat().st_mtime < KEPT_SECONDS:
        target.mkdir()
        run(["tar", "--numeric-owner", "--xattrs", "-xpf", kept, "-C", target])
        return
    debootstrap(target, cache, mirror)
    unfinished = kept.with_suffix(".new")
    run(["tar", "--numeric-owner", "--xattrs", "--one-file-system", "-cf", unfinished, "-C", target, "."])
    unfinished.rename(kept)


def debootstrap(target, cache, mirror):
    """A minimal Debian with a sources list and the lists of packages, no user."""
    debs = cache / "debootstrap"
    debs.mkdir(parents=True, exist_ok=True)
    run(["debootstrap", "--variant=minbase", f"--cache-dir={debs}", SUITE, target, mirror], env={**os.environ, "LC_ALL": "C.UTF-8"})
    (target / "etc/apt/sources.list").write_text(f"deb {mirror} {SUITE} main\ndeb {mirror} {SUITE}-updates main\n")
    # Downloads are kept for the next run, and what dpkg writes need not survive a power cut.
    (target / "etc/apt/apt.conf.d/90smoke").write_text(
        'APT::Keep-Downloaded-Packages "true";\nAPT::Sandbox::User "root";\nAcquire::Retries "3";\nAcquire::Languages "none";\n')
    (target / "etc/dpkg/dpkg.cfg.d/90smoke").write_text("force-unsafe-io\n")
    system = System(target, cache)
    system.mount()
    system.root(["apt-get", "update", "-qq"])
    system.unmount()


class System:
    """One Debian below `path`: commands as root and as the user, packages, files."""

    def __init__(self, path, cache):
        self.path, self.cache = Path(path), cache
        self.home = self.path / "home" / USER
        self.runtime = self.path / "run" / "user" / str(UID)
        self.mounts = []

    @classmethod
    def copy(cls, base, path, cache):
        """A copy of a fresh system, with a user."""
        run(["cp", "-a", "--reflink=auto", base, path])
        system = cls(path, cache)
        system.mount()
        system.root(["useradd", "--create-home", "--uid", str(UID), "--shell", "/bin/bash", USER])
        system.runtime.mkdir(parents=True)
        os.chown(system.runtime, UID, UID)
        system.runtime.chmod(0o700)
        return system

    def mount(self):
        """What programs expect of a running system: /proc, /sys, shared memory, terminals, apt's kept downloads, X sockets. No device of
        this machine, and no home of anybody."""
        archives = self.cache / "apt"
        (archives / "partial").mkdir(parents=True, exist_ok=True)
        sockets = Path("/tmp/.X11-unix")
        sockets.mkdir(mode=0o1777, exist_ok=True)
        shutil.copy("/etc/resolv.conf", self.path / "etc/resolv.conf")
        self._mount("proc", ["-t", "proc", "proc"])
        self._mount("sys", ["-t", "sysfs", "-o", "ro", "sys"])
        self._mount("dev/shm", ["-t", "tmpfs", "-o", "mode=1777", "shm"])
        self._mount("dev/pts", ["-t", "devpts", "-o", "newinstance,ptmxmode=0666,gid=5,mode=620", "devpts"])
        self._mount("var/cache/apt/archives", ["--bind", archives])
        self._mount("tmp/.X11-unix", ["--bind", sockets])

    def _mount(self, where, arguments):
        target = self.path / where
        target.mkdir(parents=True, exist_ok=True)
        run(["mount", *arguments, target])
        self.mounts.append(target)

    def unmount(self):
        while self.mounts:
            run(["umount", "-l", self.mounts.pop()])

    def remove(self):
        self.unmount()
        run(["rm", "-rf", "--one-file-system", self.path])

    # --- Commands

    def root(self, command):
        """A command of the system as root; answers its output."""
        proxies = {name: os.environ[name] for name in PROXIES if name in os.environ}
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **proxies}
        return run(["chroot", self.path, *command], env=env)

    def has(self, command):
        return subprocess.run(["chroot", self.path, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def environment(self, **more):
        """What a desktop session gives its programs."""
        return {"HOME": f"/home/{USER}", "USER": USER, "LOGNAME": USER, "SHELL": "/bin/bash", "LANG": "C.UTF-8",
                "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/games", "XDG_RUNTIME_DIR": f"/run/user/{UID}", **more}

    def as_user(self, command, folder=None):
        """The command line that runs `command` in the system as its user."""
        # The folder is entered by env, which chroot has no option for.
        return ["/usr/sbin/chroot", f"--userspec={UID}:{UID}", "--groups=", str(self.path), "env", f"--chdir={folder or '/home/' + USER}", *command]

    def user(self, command, **more):
        """A command of the system as its user, without network; answers its output."""
        return run(["unshare", "--net", *self.as_user(command)], env=self.environment(**more))

    # --- Packages and files

    def install(self, *what, recommends=False):
        """apt install, of files too: they are put into the system first. Answers apt's output."""
        names = []
        for item in what:
            if isinstance(item, Path):
                shutil.copy(item, self.path / "var/tmp" / item.name)
                names.append(f"/var/tmp/{item.name}")
            else:
                names.append(item)
        output = self.root(["apt-get", "install", "-y", *([] if recommends else ["--no-install-recommends"]), "--reinstall", "--allow-downgrades",
                            *names])
        for item in what:
            if isinstance(item, Path):
                (self.path / "var/tmp" / item.name).unlink()
        return output

    def packages(self):
        return set(self.root(["dpkg-query", "-W", "-f", "${Package}\n"]).split())

    def write(self, path, data):
        """A file of the user's."""
        target = self.path / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.chown(target, UID, UID)
        return target
