"""What the tests of packaging share: where things are, and the tree that is installed."""
import functools
import os
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(os.environ["HEARTH_SOURCE"])
BUILD = Path(os.environ["HEARTH_BUILD"])
HEARTH = BUILD / "bin/hearth"
HEARTH_CLI = BUILD / "bin/hearth-cli"

_folders = []  # removed when the test ends


def temporary_folder():
    _folders.append(tempfile.TemporaryDirectory(prefix="hearth-packaging-"))
    return Path(_folders[-1].name)


def run(*command, check=True, **more):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    if check and result.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result


@functools.cache
def installed():
    """The folder /usr of an installation."""
    root = temporary_folder()
    run(os.environ["HEARTH_CMAKE"], "--install", BUILD, "--prefix", root)
    return root


def environment(**more):
    """Nothing of the person who runs the tests: no settings, no display."""
    home = temporary_folder()
    kept = {name: os.environ[name] for name in ("PATH", "LC_ALL", "LD_LIBRARY_PATH", "ASAN_OPTIONS") if name in os.environ}
    return {**kept, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "HEARTH_HOME": str(home / "hearth"), "QT_QPA_PLATFORM": "offscreen", **more}
