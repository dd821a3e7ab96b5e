"""“Erase everything” in the window, by keyboard alone, and what is left afterwards."""
import time

import files
import window
from session import CACHE, CONFIG, DATA, SYSTEMS


def erase_by_keyboard(session):
    """Settings, found by typing, the button, the boxes, Erase. The dialog begins at Cancel: one key erases nothing."""
    screen = session.screen
    screen.keys("ctrl+comma", pause=0.7)
    screen.type("erase")
    time.sleep(0.4)
    session.picture("erase-settings")
    screen.keys("Tab", "Tab", "Return", pause=0.5)
    screen.keys("shift+Tab", "space", "shift+Tab", "space", pause=0.3)
    session.picture("erase-dialog")
    screen.keys("Tab", "Tab", "Tab", "Return", pause=0.5)


def check_nothing_left(session, marker, before):
    """No text of the person's anywhere, and no file at all but those that libraries of the system keep."""
    system, report = session.system, session.report
    places = ["/home", "/tmp", "/run", "/var/tmp", "/root"]
    report.check(not (left := files.holding(system.path, marker, places)), "no file holds a text of a chat", "\n".join(left))
    kept = {path for path, word in session.snapshot().since(before).items()
            if word != "gone" and not files.is_within(path, SYSTEMS) and path not in files.parents_of([DATA, CONFIG, CACHE, *SYSTEMS])}
    report.check(not kept, "no file and no folder of the application is left", "\n".join(sorted(kept)))
