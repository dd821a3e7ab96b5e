#!/usr/bin/env python3
"""Tests the portable archive: unpacks it into a folder with an awkward name and uses it where no Qt is.

    portable_test.py --build DIR [--pictures DIR]      makes an archive of the build first, lightly compressed
    portable_test.py --archive FILE [--pictures DIR]   tests that archive

With root it also starts the window in a root folder that has nothing but the C and C++ libraries, a shell, and fonts, and again on this system with
all of its Qt hidden. Without root these parts are left out, and it says so. Needs Xvfb, xdotool and import (ImageMagick).
"""
import argparse
import contextlib
import ctypes
import fnmatch
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "installer", "portable"))
import collect  # noqa: E402

AWKWARD = "Ordner mit 'Leerzeichen' & 火炉 $HOME 100%"
CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x00020000, 4096, 16384, 1 << 18
WAIT = 60  # seconds; a window takes one, a loaded machine more
failures = []


def check(condition, text):
    if not condition:
        failures.append(text)
        print("FAILED: " + text, flush=True)
    return condition


def output(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


# ---- what is in the archive ------------------------------------------------------------------------------------------------------------


def elf_files(tree):
    for base, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(base, name)
            if collect.is_elf(path):
                yield os.path.relpath(path, tree)


def check_elf_files(tree):
    """Every library that is needed is there or is left to the system on purpose; no run path leads anywhere else."""
    rules = collect.Rules()
    files = sorted(elf_files(tree))
    check(len(files) > 60, f"only {len(files)} programs and libraries are in the archive")
    used = set()
    for path in files:
        text = output("readelf", "-dW", os.path.join(tree, path)).stdout
        run_path = re.search(r"\((RUNPATH|RPATH)\).*\[(.*)\]", text)
        if check(run_path is not None and run_path[1] == "RUNPATH", f"{path} has no run path"):
            for part in run_path[2].split(":"):
                check(part.startswith("$ORIGIN") or part in ("/usr/$LIB", "/$LIB"), f"{path}: run path {part}")
            check(run_path[2].startswith("$ORIGIN"), f"{path}: the archive's own folder is not the first of its run path")
        folder = os.path.dirname(path)
        for soname in re.findall(r"\(NEEDED\).*\[(.*)\]", text):
            place = rules.folder_of(soname)
            if place is None:
                continue
            used.add(f"{place}/{soname}")
            if not check(os.path.exists(os.path.join(tree, place, soname)), f"{path} needs {soname}, which is not in {place}"):
                continue
            reached = [os.path.normpath(p.replace("$ORIGIN", folder)) for p in (run_path[2] if run_path else "").split(":")]
            if not check(place in reached, f"{path} needs {soname}, but its run path does not reach {place}") or place == "lib":
                continue
            family = place == folder and place != "lib/fallback"
            check(("/usr/$LIB" in reached[:reached.index(place)]) != family,
                  f"{path}: the {'archive' if family else 'system'}'s {soname} would not be taken first")
    # Qt looks for OpenSSL in the folders of all loaded libraries, and two of them in one process crash (seen on Debian 13).
    tls = collect.elf_facts(os.path.join(tree, "lib/qt6/plugins/tls/libqopensslbackend.so"))[0]
    check({"libssl.so.3", "libcrypto.so.3"} <= set(tls), "the TLS plugin does not name OpenSSL as a library that it needs")
    openssl = sorted(os.listdir(os.path.join(tree, "lib/fallback/openssl")))
    check(openssl == ["libcrypto.so.3", "libssl.so.3"], f"lib/fallback/openssl holds {openssl}")
    idle = {p for p in files if p.startswith("lib/lib") or p.startswith("lib/fallback/")} - used
    check(not idle, f"nothing needs {', '.join(sorted(idle))}")


def check_drivers():
    """A library that this system's graphics drivers load must not be one that the archive always brings."""
    rules, system = collect.Rules(), collect.system_libraries()
    folder = "/usr/lib/x86_64-linux-gnu"
    names = ("libGLX_mesa.so.0", "libEGL_mesa.so.0", "libvulkan_lvp.so", "libvulkan_radeon.so", "libvulkan_intel.so", "libsecret-1.so.0", "dri/swrast_dri.so")
    todo = [p for p in (os.path.join(folder, n) for n in names) if os.path.exists(p)]
    if not todo:
        print("no graphics drivers are installed here, so what they load is not compared with libraries.txt")
    seen = set()
    while todo:
        for soname in collect.elf_facts(todo.pop())[0]:
            if soname not in seen and soname in system:
                seen.add(soname)
                todo.append(system[soname])
    # ICU has its version in the name of the library and of every symbol: another version is another library.
    bad = [s for s in sorted(seen) if rules.class_of(s) == "own" and s in os.listdir(TREE_LIB) and not s.startswith("libicu")]
    check(not bad, f"graphics drivers load {', '.join(bad)}: libraries.txt must say \"shared\"")


def check_paths(tree, build):
    """A build for installing holds no path of the source folder; one for tests looks there for the starter model."""
    if build:
        with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
            if not re.search(r"^HEARTH_INSTALLED:BOOL=(ON|TRUE|1)$", file.read(), re.M):
                return
    for path in elf_files(tree):
        with open(os.path.join(tree, path), "rb") as file:
            data = file.read()
        for folder in {ROOT, os.path.realpath(build) if build else ROOT}:
            check(folder.encode() + b"/" not in data, f"{path} holds the path {folder}")


def check_texts(tree, archive_name):
    with open(os.path.join(tree, "THIRD_PARTY_NOTICES"), encoding="utf-8") as file:
        notices = file.read()
    head = notices[:notices.index("Where the source code is")]
    for path in elf_files(tree):
        if not path.startswith("bin/"):
            check(path in head, f"{path} is not in the table of THIRD_PARTY_NOTICES")
    for words in ("LGPL-3 or GPL-2", "nlohmann-json3", "cli11", "vulkan-volk", "md4c", "GNU LESSER GENERAL PUBLIC LICENSE", "Apache License"):
        check(words in notices, f"THIRD_PARTY_NOTICES does not say {words}")
    version = re.match(r"hearth-(.+)-linux-x86_64", archive_name)[1]
    for name in ("README.txt", "hearth", "hearth-cli"):
        with open(os.path.join(tree, name), encoding="utf-8") as file:
            check(not re.search(r"@[A-Z]+@", file.read()), f"{name} has a placeholder left")
    with open(os.path.join(tree, "README.txt"), encoding="utf-8") as file:
        check(version in file.read(), "README.txt does not say which version it is of")
    for base, folders, names in os.walk(tree):
        for name in folders + names:
            path = os.path.join(base, name)
            check(os.path.islink(path) or not os.stat(path).st_mode & 0o022, f"{os.path.relpath(path, tree)} can be written by others")


# ---- using it --------------------------------------------------------------------------------------------------------------------------


class Display:
    """A virtual screen of its own, without network access to it. It does not reset when the last window goes: whoever connects while it does is refused."""
    def __enter__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"], pass_fds=[write],
                                       stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as file:
            self.name = ":" + file.readline().strip()
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def window(self, process):
        """The seconds until a window with the program's name was visible; None when none came."""
        start = time.monotonic()
        while time.monotonic() - start < WAIT and process.poll() is None:
            found = output("xdotool", "search", "--onlyvisible", "--name", "^Hearth", env={**os.environ, "DISPLAY": self.name})
            if found.stdout.strip():
                return time.monotonic() - start
            time.sleep(0.02)
        return None

    def colours(self, picture):
        """Takes a picture of the screen; returns how many colours it has."""
        subprocess.run(["import", "-window", "root", picture], env={**os.environ, "DISPLAY": self.name}, check=True)
        return int(output("identify", "-format", "%k", picture).stdout or 0)


def environment(display, home):
    """What a person's session sets, as little as possible: nothing of this machine's Qt can come in by it."""
    return {"DISPLAY": display, "HOME": home, "XDG_RUNTIME_DIR": home + "/run", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "QT_QUICK_BACKEND": "software"}


def mount(source, target, flags, kind=None):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source.encode() if source else None, target.encode(), kind.encode() if kind else None, flags, None) != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")


def private_mounts():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    mount(None, "/", MS_REC | MS_PRIVATE)


def hide_qt(empty):
    """In a mount namespace of its own: this system's Qt is gone."""
    private_mounts()
    folder = "/usr/lib/x86_64-linux-gnu"
    for name in ("qt6", "qt5"):
        if os.path.isdir(os.path.join(folder, name)):
            mount("tmpfs", os.path.join(folder, name), 0, "tmpfs")
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if fnmatch.fnmatch(name, "libQt[56]*.so*") and not os.path.islink(path):
            mount(empty, path, MS_BIND)


def base_stems():
    rules = collect.Rules()
    return {s.split(".so")[0] for s in collect.system_libraries() if rules.class_of(s) == "base"}


def bare_root(root):
    """A root folder with the C and C++ libraries, a shell, what the launcher calls, and fonts; returns where the archive's folder goes in it."""
    system = collect.system_libraries()
    base = [s for s in system if s.split(".so")[0] in base_stems()]
    programs = ["/bin/sh", "/usr/bin/readlink", "/usr/bin/uname", "/usr/bin/getconf"]
    libraries = {system[s] for s in base}
    todo = list(programs)
    while todo:  # what the shell and readlink themselves need beyond that (libselinux and the like)
        for soname in collect.elf_facts(os.path.realpath(todo.pop()))[0]:
            if soname in system and system[soname] not in libraries:
                libraries.add(system[soname])
                todo.append(system[soname])
    for path in sorted(libraries):
        target = os.path.join(root, "usr/lib/x86_64-linux-gnu", os.path.basename(path))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(os.path.realpath(path), target)
    for path in programs:
        target = os.path.join(root, "usr/bin", os.path.basename(path))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy2(os.path.realpath(path), target)
    os.symlink("usr/lib", os.path.join(root, "lib"))
    os.symlink("usr/bin", os.path.join(root, "bin"))
    os.makedirs(os.path.join(root, "lib64"))
    shutil.copy2(os.path.realpath("/lib64/ld-linux-x86-64.so.2"), os.path.join(root, "lib64/ld-linux-x86-64.so.2"))
    for folder in ("tmp/.X11-unix", "proc", "dev", "root", "etc/fonts", "usr/share/fonts", "opt/" + AWKWARD):
        os.makedirs(os.path.join(root, folder))
    with open(os.path.join(root, "etc/fonts/fonts.conf"), "w", encoding="utf-8") as file:
        file.write("<?xml version='1.0'?><fontconfig><dir>/usr/share/fonts</dir><cachedir>/tmp/fonts</cachedir></fontconfig>")
    inside = f"/opt/{AWKWARD}/hearth"
    os.makedirs(root + inside)
    return inside


def enter_bare_root(root, inside, tree):
    private_mounts()
    for source, target in (("/usr/share/fonts", "usr/share/fonts"), ("/tmp/.X11-unix", "tmp/.X11-unix"), ("/proc", "proc"), ("/dev", "dev"),
                           (tree, inside.lstrip("/"))):
        mount(source, os.path.join(root, target), MS_BIND | MS_REC)
    os.chroot(root)
    os.chdir("/")


@contextlib.contextmanager
def started(command, cwd, env, before=None):
    log = tempfile.TemporaryFile()
    process = subprocess.Popen(command, cwd=cwd, env=env, preexec_fn=before, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield process, log
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        log.close()


def libraries_loaded(pid, root):
    """Paths of the libraries of a process, as it sees them below its root folder."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as file:
        paths = {line.rstrip("\n").split(None, 5)[5] for line in file if re.search(r"/[^/]*\.so(\.[\d.]+)?$", line.rstrip("\n"))}
    return sorted(path.removeprefix(root) for path in paths)


def check_loaded(name, loaded, where):
    """The archive's own libraries are from the archive; with only the base below the root folder, all others are, too."""
    own = [n.split(".so")[0] for n in os.listdir(TREE_LIB) if n.startswith("lib")]
    outside = [p for p in loaded if not p.startswith(where["tree"] + "/")]
    stems = {p: os.path.basename(p).split(".so")[0] for p in outside}
    wrong = [p for p in outside if stems[p] in own or stems[p].startswith("libQt") or ("base" in where and stems[p] not in where["base"])]
    check(not wrong, f"{name}: loaded from the system: {', '.join(wrong)}")
    for plugin in ("libqxcb.so", "libqsqlite.so", "libqsvgicon.so"):
        check(any(p.endswith("/" + plugin) for p in loaded), f"{name}: {plugin} was not loaded")
    return len(loaded) - len(outside)


def check_window(name, display, command, where, pictures):
    """Starts the program, waits for its window, looks at the picture and at what was loaded.
    `where` holds cwd, env and tree (the archive's folder as the program sees it), and may hold before (run in the child), root and base."""
    with started(command, where["cwd"], where["env"], where.get("before")) as (process, log):
        seconds = display.window(process)
        if not check(seconds is not None, f"{name}: no window within {WAIT} s"):
            log.seek(0)
            print(log.read().decode(errors="replace")[-4000:])
            return
        time.sleep(1.5)
        colours = display.colours(os.path.join(pictures, f"portable-{name}.png"))
        check(colours > 50, f"{name}: the window is empty ({colours} colours)")
        loaded = libraries_loaded(process.pid, where.get("root", ""))
        ours = check_loaded(name, loaded, where)
        with open(f"/proc/{process.pid}/environ", "rb") as file:
            variables = {v.split(b"=", 1)[0].decode() for v in file.read().split(b"\0") if v}
        check(variables <= set(where["env"]) | {"PWD", "OLDPWD", "SHLVL", "_"}, f"{name}: the launcher sets {variables - set(where['env'])}")
        check(os.path.realpath(f"/proc/{process.pid}/exe").endswith("/bin/hearth"), f"{name}: the launcher stays in between")
        process.send_signal(signal.SIGTERM)
        check(process.wait(20) == 0, f"{name}: it did not end properly when asked to")
        print(f"{name}: window after {seconds:.2f} s; {len(loaded)} libraries and plugins loaded, {ours} of them from the archive", flush=True)


def check_command_line(tree, work):
    """hearth-cli, through links and from other folders, with arguments that a careless script would break."""
    link = os.path.join(work, "links", "assistant cli")
    os.makedirs(os.path.dirname(link))
    os.symlink(os.path.join(tree, "hearth-cli"), link)
    model = os.path.join(work, "a model $x \"q\" 模型.gguf")
    shutil.copyfile(os.path.join(tree, "share/hearth/models/ember-q8_0.gguf"), model)
    env = {"PATH": "/usr/bin:/bin", "HOME": work, "LANG": "C.UTF-8"}
    for command in ([link], ["sh", "hearth-cli"], ["./hearth-cli"], [os.path.join(tree, "bin/hearth-cli")]):
        answer = output(*command, "generate", model, "--device", "cpu", "--temp", "0", "-p", "Tell me  a story", "-n", "16", cwd=tree, env=env)
        check(answer.returncode == 0 and len(answer.stdout.strip()) > 8, f"{command[0]} generate: {answer.stderr.strip()[:300]}")
    wrong = output(link, "info", os.path.join(work, "not  there.gguf"), env=env)
    check(wrong.returncode == 1 and "not  there.gguf" in wrong.stderr, f"arguments or the exit status are not passed on: {wrong.stderr.strip()[:300]}")
    version = output(os.path.join(tree, "hearth"), "--version", env={**env, "QT_QPA_PLATFORM": "offscreen"})
    check(version.returncode == 0 and re.search(r"\d+\.\d+\.\d+", version.stdout), f"hearth --version: {version.stdout}{version.stderr}")


def check_launcher_words(tree, work):
    """Where it cannot run, the launcher says why."""
    fake = os.path.join(work, "old system")
    os.makedirs(fake)
    for name, text in (("getconf", "echo glibc 2.31"), ("uname", "echo x86_64")):
        with open(os.path.join(fake, name), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text + "\n")
        os.chmod(os.path.join(fake, name), 0o755)
    old = output(os.path.join(tree, "hearth"), env={"PATH": fake + ":/usr/bin:/bin", "HOME": work})
    check(old.returncode == 1 and re.search(r"needs the GNU C library 2\.\d+ or newer, and this system has 2\.31", old.stderr), f"old glibc: {old.stderr}")
    with open(os.path.join(fake, "uname"), "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\necho aarch64\n")
    other = output(os.path.join(tree, "hearth"), env={"PATH": fake + ":/usr/bin:/bin", "HOME": work})
    check(other.returncode == 1 and "aarch64" in other.stderr, f"another processor: {other.stderr}")


def unquoted(value):
    """The arguments of an Exec line, by the desktop entry specification: escapes of the string first, then quotes, then field codes."""
    value = re.sub(r"\\(.)", lambda m: {"s": " ", "n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), value)
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value)
    return [(re.sub(r"\\(.)", r"\1", quoted) if quoted else plain).replace("%%", "%") for quoted, plain in words]


def check_desktop_entry(tree, work):
    """The entry starts the launcher of this folder, and removing leaves nothing."""
    home = os.path.join(work, "home of entry")
    os.makedirs(home)
    env = {"PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8"}
    script = os.path.join(tree, "install-desktop-entry.sh")
    added = output("sh", script, env=env)
    check(added.returncode == 0, f"install-desktop-entry.sh: {added.stderr}")
    entry = os.path.join(home, ".local/share/applications/hearth.desktop")
    with open(entry, encoding="utf-8") as file:
        text = file.read()
    command = unquoted(re.search(r"^Exec=(.*)$", text, re.M)[1])
    check(command[0] == os.path.join(tree, "hearth") and command[-1].startswith("%"), f"the entry starts {command}")
    check(re.search(r"^TryExec=(.*)$", text, re.M)[1] == os.path.join(tree, "hearth"), "TryExec of the entry")
    if shutil.which("desktop-file-validate"):
        valid = output("desktop-file-validate", entry)
        check(valid.returncode == 0, f"the entry is not valid: {valid.stdout}")
    icons = os.path.join(home, ".local/share/icons/hicolor")
    check(any("hearth.svg" in names for _, _, names in os.walk(icons)), "the icon was not added")
    again = output("sh", script, env=env)
    check(again.returncode == 0, f"a second time: {again.stderr}")
    removed = output("sh", script, "--remove", env=env)
    check(removed.returncode == 0, f"--remove: {removed.stderr}")
    left = [os.path.join(b, n) for b, _, names in os.walk(home) for n in names if "hearth" in n or "Hearth" in n]
    check(not left, f"--remove left {left}")
    check(output("sh", script, "--wrong", env=env).returncode == 2, "an unknown option must be refused")


def use(tree, work, pictures):
    check_command_line(tree, work)
    check_launcher_words(tree, work)
    check_desktop_entry(tree, work)
    root = os.geteuid() == 0
    home = os.path.join(work, "home")
    os.makedirs(os.path.join(home, "run"), 0o700)
    link = os.path.join(work, "links", "my assistant")
    os.symlink(os.path.join(tree, "hearth"), link)
    with Display() as display:
        empty = os.path.join(work, "empty")
        open(empty, "w", encoding="utf-8").close()
        where = {"cwd": "/", "env": environment(display.name, home), "tree": tree}
        if root:
            where["before"] = lambda: hide_qt(empty)
        check_window("no-qt" if root else "here", display, [link], where, pictures)
        if not root:
            print("not root: the system's Qt was not hidden, and the start without any library of the system was left out")
            return
        bare = os.path.join(work, "bare")
        inside = bare_root(bare)
        where = {"cwd": "/", "env": {**environment(display.name, "/root"), "XDG_RUNTIME_DIR": "/root"}, "tree": inside, "root": bare,
                 "before": lambda: enter_bare_root(bare, inside, tree), "base": base_stems()}
        check_window("bare", display, [inside + "/hearth"], where, pictures)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build")
    parser.add_argument("--archive")
    parser.add_argument("--pictures")
    options = parser.parse_args()
    if bool(options.build) == bool(options.archive):
        parser.error("one of --build and --archive is needed")
    with tempfile.TemporaryDirectory(prefix="hearth-portable-") as work:
        archive = options.archive
        if options.build:
            subprocess.run([os.path.join(ROOT, "installer/portable/make.sh"), "--build", options.build, "--out", work, "--level", "1"], check=True)
            archive = next(os.path.join(work, n) for n in os.listdir(work) if n.endswith(".tar.zst"))
        folder = os.path.join(work, AWKWARD)
        os.makedirs(folder)
        subprocess.run(["tar", "--zstd", "-xf", archive, "-C", folder], check=True)
        names = os.listdir(folder)
        check(names == [os.path.basename(archive).removesuffix(".tar.zst")], f"the archive unpacks to {names}")
        tree = os.path.join(folder, names[0])
        global TREE_LIB
        TREE_LIB = os.path.join(tree, "lib")
        check_elf_files(tree)
        check_drivers()
        check_texts(tree, names[0])
        check_paths(tree, options.build)
        pictures = options.pictures or work
        os.makedirs(pictures, exist_ok=True)
        use(tree, work, pictures)
    print(f"portable archive: {len(failures)} failures" if failures else "portable archive: all well")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
