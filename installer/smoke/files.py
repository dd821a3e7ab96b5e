"""Which files a session made or changed, and which still hold a text."""
import os
import stat
from pathlib import Path


class Snapshot:
    """Every file below a folder with what changes when somebody writes it; without what is below the `mounts`, which belongs to others."""

    def __init__(self, root, mounts):
        self.root = Path(root)
        self.files = {}
        mounts = {str(path) for path in mounts}
        pending = [str(root)]
        while pending:
            folder = pending.pop()
            with os.scandir(folder) as entries:
                for entry in entries:
                    info = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(info.st_mode):
                        if entry.path not in mounts:
                            pending.append(entry.path)
                        # A folder's times change with its files, which are listed themselves.
                        self.files[entry.path] = ("folder", info.st_mode, info.st_uid)
                    else:
                        self.files[entry.path] = (info.st_size, info.st_mtime_ns, info.st_ino, info.st_mode, info.st_uid)

    def since(self, before):
        """Paths inside the system that are new, changed or gone: {path: word}."""
        changes = {}
        for path, facts in self.files.items():
            if path not in before.files:
                changes[self._inside(path)] = "new"
            elif before.files[path] != facts:
                changes[self._inside(path)] = "changed"
        for path in before.files.keys() - self.files.keys():
            changes[self._inside(path)] = "gone"
        return changes

    def _inside(self, path):
        return path[len(str(self.root)):]


def is_within(path, folders):
    """Whether a path is one of the folders or below one of them."""
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def parents_of(folders):
    """The folders on the way to others: made with them."""
    return {str(parent) for folder in folders for parent in Path(folder).parents}


def holding(root, text, folders):
    """Files below `root` in the given folders that hold a text in any case, as UTF-8 or UTF-16; by content, name or link target."""
    needles = [text.lower().encode(), text.lower().encode("utf-16-le")]
    found = []
    for folder in folders:
        for path in [*Path(root, folder.lstrip("/")).rglob("*")]:
            if path.is_symlink():
                data = os.readlink(path).encode()
            elif path.is_file():
                data = path.read_bytes()
            else:
                data = b""
            data = data.lower() + os.fsencode(path.name).lower()
            if any(needle in data for needle in needles):
                found.append("/" + str(path.relative_to(root)))
    return found
