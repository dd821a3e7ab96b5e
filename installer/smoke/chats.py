"""The application's own record of what was said: its database, read from outside while it runs and after it ended."""
import json
import subprocess
from urllib.parse import quote

from chroot import UID
from window import wait_for

ANSWER_SECONDS = 120
ENDED = ("done", "stopped", "failed", "interrupted", "full")


class Chats:
    def __init__(self, file):
        self.file = file

    def rows(self, query, closed=False):
        """Rows as dictionaries; none while there is no database. Read as the user, and without the files that SQLite makes beside a database
        where nobody has it open."""
        closed = closed or not self.log_files()
        file = f"file:{quote(str(self.file))}?{'immutable=1' if closed else 'mode=ro'}"
        done = subprocess.run(["sqlite3", "-readonly", "-json", "-cmd", ".timeout 2000", file, query], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, user=UID, group=UID, extra_groups=[], cwd="/")
        return json.loads(done.stdout) if done.returncode == 0 and done.stdout.strip() else []

    def messages(self, role):
        return self.rows(f"SELECT id, chat_id, content, status, model_name, error_id FROM message WHERE role = '{role}' ORDER BY id")

    def wait_for_answer(self, count):
        """The answer number `count` (from 1) once it has ended, or None."""
        def ended():
            answers = self.messages("assistant")
            return answers[count - 1] if len(answers) >= count and answers[count - 1]["status"] in ENDED else None
        return wait_for(ended, ANSWER_SECONDS, every=0.2)

    def setting(self, key):
        rows = self.rows(f"SELECT value FROM setting WHERE key = '{key}'")
        return rows[0]["value"] if rows else None

    def is_sound(self):
        rows = self.rows("PRAGMA integrity_check", closed=True)
        return bool(rows) and rows[0]["integrity_check"] == "ok"

    def log_files(self):
        """What is left beside the database when it was not closed."""
        return [name for suffix in ("-wal", "-shm", "-journal") if (name := self.file.with_name(self.file.name + suffix)).exists()]
