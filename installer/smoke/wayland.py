"""A Wayland compositor without a monitor: weston in a window of the X screen, so that keys and pictures work as on X11."""
import os
import shutil
import subprocess

from chroot import UID, Broken
from window import end, wait_for

SOCKET = "wayland-smoke"


class Compositor:
    """Weston of this machine; its socket is in the system's folder for run-time files, as at a person's login."""

    def __init__(self, screen, system, work):
        self._folder = work / "weston"
        self._folder.mkdir(mode=0o700)
        self._log = work / "weston.log"
        (self._folder / "weston.ini").write_text("[core]\nidle-time=0\n[shell]\nlocking=false\npanel-position=none\nanimation=none\n"
                                                 "startup-animation=none\n[input-method]\npath=\n")  # without a keyboard on the screen
        env = {**os.environ, "DISPLAY": screen.name, "XDG_RUNTIME_DIR": str(self._folder)}
        env.pop("WAYLAND_DISPLAY", None)
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                ["weston", "--backend=x11-backend.so", "--use-pixman", "--width=1280", "--height=860", f"--socket={SOCKET}",
                 f"--config={self._folder}/weston.ini"], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        socket = self._folder / SOCKET
        if not wait_for(socket.exists, 20):
            self.close()
            raise Broken(f"weston did not start:\n{self._log.read_text(errors='replace')}")
        # A hard link of a socket is the same socket.
        self._inside = system.runtime / SOCKET
        os.link(socket, self._inside)
        os.chown(self._inside, UID, UID)

    def close(self):
        end(self._process)
        if getattr(self, "_inside", None):
            self._inside.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)
