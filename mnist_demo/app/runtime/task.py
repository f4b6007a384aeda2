"""Work in the background: some at a time, with progress to look at and a way to stop it."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from mnist_demo.progress import OnCount

MOST_AT_ONCE = 2  # for all visitors; those who draw meanwhile need the processor, too
LOOK_INTERVAL_S = 0.2  # at whether anybody still waits for what has not begun

Result = TypeVar("Result")
_turns = threading.BoundedSemaphore(MOST_AT_ONCE)


class _StoppedError(Exception):
    """Somebody has stopped the task, or nobody waits for it any more."""


class Task(Generic[Result]):
    """An evaluation in a thread of its own, which begins when it is its turn.

    ``run`` gets an `OnCount` to call now and then, and gives the ``result``. What it raises is
    in ``error`` afterwards. It ends when ``is_wanted()`` is no longer true.
    """

    def __init__(
        self, run: Callable[[OnCount], Result], is_wanted: Callable[[], bool] = lambda: True
    ) -> None:
        self.done, self.total = 0, 0
        self.result: Result | None = None
        self.error: Exception | None = None
        self.is_stopped = False
        self._start_s = time.monotonic()
        self._stop = threading.Event()
        self._run, self._is_wanted = run, is_wanted
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
            while not _turns.acquire(timeout=LOOK_INTERVAL_S):
                self._look()
            try:
                self._look()
                self.result = self._run(self._on_progress)
            finally:
                _turns.release()
        except _StoppedError:
            self.is_stopped = True
        except Exception as error:  # noqa: BLE001 - whoever looks at the task deals with it
            self.error = error

    def _on_progress(self, done: int, total: int) -> None:
        self._look()
        if done == 0:
            self._start_s = time.monotonic()  # the data have been loaded, the pace counts from here
        self.done, self.total = done, total

    def _look(self) -> None:
        if self._stop.is_set() or not self._is_wanted():
            raise _StoppedError
