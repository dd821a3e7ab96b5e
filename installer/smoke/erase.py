"""“Erase everything” in the window, by keyboard alone, and what is left afterwards."""
import files
from session import CACHE, CONFIG, DATA, SYSTEMS


def open_dialog(session):
    """Settings, found by typing, and the button in them."""
    screen = session.screen
    shown = screen.pixels()
    screen.keys("ctrl+comma", pause=0)
    session.report.need(screen.settle(shown), "the settings open")
    shown = screen.pixels()
    screen.type("erase")
    session.report.need(screen.settle(shown), "the settings are searched")
    session.picture("erase-settings")
    shown = screen.pixels()
    screen.keys("Tab", "Tab", "space", pause=0.1)
    session.report.need(screen.settle(shown), "the question opens")


def erase_by_keyboard(session, with_files):
    """The dialog begins at Cancel, so that one key erases nothing: back to the boxes, then to the last button."""
    screen = session.screen
    open_dialog(session)
    screen.keys("shift+Tab", "space", pause=0.1)
    screen.keys("shift+Tab", *(["space"] if with_files else []), pause=0.1)
    screen.settle()
    session.picture("erase-dialog")
    screen.keys("Tab", "Tab", "Tab", "space", pause=0.1)


def check_nothing_left(session, marker, before):
    """No text of the person's anywhere, and no file at all but those that libraries of the system keep."""
    system, report = session.system, session.report
    places = ["/home", "/tmp", "/run", "/var/tmp", "/root"]
    report.check(not (left := files.holding(system.path, marker, places)), "no file holds a text of a chat", "\n".join(left))
    ways = files.parents_of([DATA, CONFIG, CACHE, *SYSTEMS])
    kept = {path for path, word in session.snapshot().since(before).items()
            if word != "gone" and not files.is_within(path, SYSTEMS) and path not in ways and files.is_within(path, places)}
    report.check(not kept, "no file and no folder of the application is left", "\n".join(sorted(kept)))
