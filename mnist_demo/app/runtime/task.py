"""Work in the background: some at a time, with progress to look at and a way to stop it."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from functools import cache
from typing import Generic, TypeVar

from mnist_demo.app.runtime import events
from mnist_demo.app.runtime.settings import get_settings
from mnist_demo.errors import BusyError
from mnist_demo.progress import OnCount

MOST_WAITING = 50  # for all visitors; who comes then would wait for minutes
LOOK_INTERVAL_S = 0.2  # at whether anybody still waits for what has not begun

Result = TypeVar("Result")
_waiting = threading.BoundedSemaphore(MOST_WAITING)


class _StoppedError(Exception):
    """Somebody has stopped the task, or nobody waits for it any more."""


class Task(Generic[Result]):
    """A job in a thread of its own, which begins when it is its turn; ``name`` is for the log.

    ``run`` gets an `OnCount` to call now and then, and gives the ``result``. What it raises is
    in ``error`` afterwards, as is BusyError where too many tasks wait. It ends when
    ``is_wanted()`` is no longer true.
    """

    def __init__(
        self,
        name: str,
        run: Callable[[OnCount], Result],
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self.done, self.total = 0, 0
        self._name, self._visitor = name, events.find_visitor()
        self._start_s = time.monotonic()
        self._stop = threading.Event()
        self._run, self._is_wanted = run, is_wanted
        self._future: Future[Result] = Future()
        self._future.set_running_or_notify_cancel()  # who no longer awaits it does not cancel it
        threading.Thread(target=self._work, name=name, daemon=True).start()

    @property
    def result(self) -> Result | None:
        """What it has given; None before, and where there is nothing."""
        return None if self.is_running or self._future.exception() else self._future.result()

    @property
    def error(self) -> BaseException | None:
        """What it has raised, if it has."""
        return None if self.is_running or self.is_stopped else self._future.exception()

    @property
    def is_stopped(self) -> bool:
        """Whether it was ended before its end."""
        return not self.is_running and isinstance(self._future.exception(), _StoppedError)

    @property
    def is_running(self) -> bool:
        """Whether there is still something to wait for."""
        return not self._future.done()

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
        wait([self._future], timeout_s)

    async def finish(self) -> Result:
        """Its result, as soon as it is there; what it raises is raised."""
        return await asyncio.wrap_future(self._future)

    def _work(self) -> None:
        try:
            with self._turn():
                result = self._run(self._on_progress)
        except Exception as error:  # noqa: BLE001 - whoever looks at the task deals with it
            self._future.set_exception(error)
        else:
            self._future.set_result(result)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The task's turn, told in the log; BusyError where there is none to wait for."""
        self._await_turn()
        start_s, outcome = time.monotonic(), "failed"
        events.JOBS_RUNNING.inc()
        events.log("job_begun", self._visitor, job=self._name)
        try:
            self._look()
            yield
            outcome = "done"
        except _StoppedError:
            outcome = "stopped"
            raise
        finally:
            _get_turns().release()
            events.JOBS_RUNNING.dec()
            events.JOBS.labels(self._name, outcome).inc()
            seconds = f"{time.monotonic() - start_s:.1f}"
            events.log("job_ended", self._visitor, job=self._name, outcome=outcome, seconds=seconds)

    def _await_turn(self) -> None:
        if not _waiting.acquire(blocking=False):
            events.refuse("job", self._visitor)
            raise BusyError
        try:
            with events.JOBS_WAITING.track_inprogress():
                while not _get_turns().acquire(timeout=LOOK_INTERVAL_S):
                    self._look()
        finally:
            _waiting.release()

    def _on_progress(self, done: int, total: int) -> None:
        self._look()
        if done == 0:
            self._start_s = time.monotonic()  # the data have been loaded, the pace counts from here
        self.done, self.total = done, total

    def _look(self) -> None:
        if self._stop.is_set() or not self._is_wanted():
            raise _StoppedError


@cache
def _get_turns() -> threading.BoundedSemaphore:
    """One for each task that may run; those who draw meanwhile need the processor, too."""
    return threading.BoundedSemaphore(get_settings().most_jobs)
