"""Whose turn it is: one job at a time for the whole server, the others wait in a queue."""

import threading
from collections.abc import Hashable


class Turns:
    """A queue of jobs; the first is the one that runs."""

    def __init__(self) -> None:
        self._queue: list[Hashable] = []
        self._changed = threading.Condition()

    def take(self, job: Hashable) -> bool:
        """Whether it is the job's turn at once; if not, it does not wait either."""
        with self._changed:
            if self._queue:
                return False
            self._queue.append(job)
            return True

    def join(self, job: Hashable) -> None:
        """Let a job wait behind all others."""
        with self._changed:
            self._queue.append(job)

    def wait(self, job: Hashable) -> None:
        """Return when it is the job's turn, or when it has left the queue."""
        with self._changed:
            self._changed.wait_for(lambda: self.place(job) in (None, 0))

    def leave(self, job: Hashable) -> None:
        """Let the next job have its turn."""
        with self._changed:
            if job in self._queue:
                self._queue.remove(job)
            self._changed.notify_all()

    def place(self, job: Hashable) -> int | None:
        """How many are before the job; None where it is not in the queue."""
        queue = list(self._queue)
        return queue.index(job) if job in queue else None
