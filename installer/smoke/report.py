"""Steps, what they checked, and the line at the end."""
import sys
import time
import traceback


class Stop(Exception):
    """What follows in this step makes no sense without what just failed."""


class Report:
    """Runs steps one after the other. A step fails with its first failed check, and goes on to find more."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []
        self._problems = []
        self._begin = time.monotonic()

    def say(self, text):
        print(text, flush=True)

    def info(self, text):
        self.say(f"     {text}")

    def check(self, good, what, detail=""):
        """Notes a failure and goes on; answers `good`."""
        if not good:
            self._problems.append(what)
            self.say(f"     FAILED: {what}")
            for line in str(detail).rstrip().splitlines()[-40:] if detail else []:
                self.say(f"       | {line}")
        return bool(good)

    def need(self, good, what, detail=""):
        """A check without which the rest of the step makes no sense."""
        if not self.check(good, what, detail):
            raise Stop(what)

    def step(self, name, action, needs=True):
        """Runs `action` unless `needs` is false, which is how steps wait for others; answers whether it passed."""
        if not needs:
            self.skip(name, "a step before it failed")
            return False
        self._problems, start = [], time.monotonic()
        try:
            action()
        except Stop:
            pass
        except Exception as error:  # our own mistakes and broken tools fail the step, not the whole run
            self.check(False, f"{type(error).__name__}: {error}", traceback.format_exc())
        seconds = time.monotonic() - start
        self.say(f"{'ok  ' if not self._problems else 'FAIL'} {seconds:6.1f} s  {name}")
        if self._problems:
            self.failed.append(name)
        else:
            self.passed += 1
        return not self._problems

    def skip(self, name, why):
        self.skipped.append(name)
        self.say(f"skip            {name}: {why}")

    def end(self):
        """Prints the sums and answers the exit status."""
        for name in self.failed:
            self.say(f"failed: {name}")
        self.say(f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped ({time.monotonic() - self._begin:.0f} s)")
        sys.stdout.flush()
        return 1 if self.failed or not self.passed else 0
