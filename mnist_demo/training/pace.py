"""How fast a training may go: without a stop, or so many batches, as whoever watches it says."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import TextIO

from mnist_demo.errors import TrainingJobError

LONGEST_PAUSE_S = 600.0


class Pace:
    """Lets a training pass batch after batch, or holds it; one thread trains, another allows.

    ``batches`` is how many may pass at first; None stands for all. ``on_pause`` is called before
    each pause; ``paused_s`` is how long all so far have taken, in seconds.
    """

    def __init__(
        self, batches: int | None = None, on_pause: Callable[[], object] = lambda: None
    ) -> None:
        self._left = batches
        self._on_pause = on_pause
        self._passed = 0
        self._changed = threading.Condition()
        self.paused_s = 0.0

    def allow(self, batches: int | None) -> None:
        """Let so many more batches pass, all of them (None), or no more (0)."""
        with self._changed:
            if batches and self._left is not None:
                batches += self._left
            self._left = batches
            self._changed.notify_all()

    @property
    def is_held(self) -> bool:
        """Whether no batch may pass."""
        return self._left == 0

    def count(self, step: int) -> None:
        """Count the batches that have passed, up to ``step``."""
        with self._changed:
            if self._left is not None:
                self._left = max(self._left - (step - self._passed), 0)
            self._passed = step

    def wait(self) -> None:
        """Wait until a batch may pass; TrainingJobError where that takes `LONGEST_PAUSE_S`."""
        if not self.is_held:
            return
        self._on_pause()
        start_s = time.monotonic()
        with self._changed:
            if not self._changed.wait_for(lambda: self._left != 0, LONGEST_PAUSE_S):
                raise TrainingJobError(
                    "The training was paused for {minutes} minutes, so it was ended.",
                    minutes=round(LONGEST_PAUSE_S / 60),
                )
        self.paused_s += time.monotonic() - start_s

    def clock(self) -> float:
        """Seconds of training, from whatever moment: pauses do not count."""
        return time.monotonic() - self.paused_s

    def follow(self, commands: TextIO) -> None:
        """Take what `to_command` wrote, line by line, and end the process where nobody is left to.

        So no training outlives the server that started it, however that ended. ValueError for a
        line that is no command, which ends the process, too.
        """
        try:
            for line in commands:
                self.allow(from_command(line))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)


def to_command(batches: int | None) -> str:
    """A line that lets so many more batches pass, as `Pace.allow` has it."""
    return json.dumps({"batches": batches}) + "\n"


def from_command(line: str) -> int | None:
    """The batches of a line that `to_command` wrote; ValueError for anything else."""
    try:
        batches = json.loads(line)["batches"]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("this is not a command") from error
    if batches is not None and (type(batches) is not int or batches < 0):
        raise ValueError("this is not a number of batches")
    return batches
