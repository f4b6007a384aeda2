"""Work in the background: progress to look at, and a way to stop it."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from mnist_demo.progress import OnCount

Result = TypeVar("Result")


class _StoppedError(Exception):
    """Somebody has stopped the task."""


class Task(Generic[Result]):
    """An evaluation in a thread of its own, started at once.

    ``run`` gets an `OnCount` to call now and then, and gives the ``result``. What it raises is
    in ``error`` afterwards.
    """

    def __init__(self, run: Callable[[OnCount], Result]) -> None:
        self.done, self.total = 0, 0
        self.result: Result | None = None
        self.error: Exception | None = None
        self.is_stopped = False
        self._start_s = time.monotonic()
        self._stop = threading.Event()
        self._run = run
        self._thread = threading.Thread(target=self._work, name="evaluation", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether there is still something to wait for."""
        return self._thread.is_alive()

    @property
    def fraction(self) -> float:
        """Fraction done, in [0, 1]."""
        return self.done / self.total if self.total else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds that the rest will take at this pace; None before anything can be said."""
        if not self.done:
            return None
        elapsed_s = time.monotonic() - self._start_s
        return elapsed_s * (self.total - self.done) / self.done

    def stop(self) -> None:
        """End it before its next chunk."""
        self._stop.set()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until it has ended."""
        self._thread.join(timeout_s)

    def _work(self) -> None:
        try:
            self.result = self._run(self._on_progress)
        except _StoppedError:
            self.is_stopped = True
        except Exception as error:  # noqa: BLE001 - whoever looks at the task deals with it
            self.error = error

    def _on_progress(self, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _StoppedError
        if done == 0:
            self._start_s = time.monotonic()  # the data have been loaded, the pace counts from here
        self.done, self.total = done, total
