"""Whose turn it is: one job at a time for all servers on one folder, the others wait in a queue."""

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from mnist_demo.versions import folders

LOOK_INTERVAL_S = 0.2


class Turns:
    """A queue of jobs, of one or several servers; the first is the one that runs.

    A job is a numbered file in ``folder``, locked while it is in the queue. The system unlocks what
    a killed server has locked, and so the next has its turn. Methods raise OSError where the folder
    cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[Hashable, FileLock] = {}
        self._left = threading.Condition()

    def take(self, job: Hashable, title: str = "") -> bool:
        """Whether it is the job's turn at once; if not, it does not wait either.

        By its title `list_lost` tells of it.
        """
        with self._lock_queue():
            if any(map(_is_locked, self._list())):
                return False
            self._append(job, title)
            return True

    def join(self, job: Hashable) -> None:
        """Let a job wait behind all others."""
        with self._lock_queue():
            self._append(job)

    def wait(self, job: Hashable) -> None:
        """Return when it is the job's turn, or when it has left the queue."""
        with self._left:
            while self.place(job):
                self._left.wait(LOOK_INTERVAL_S)

    def leave(self, job: Hashable) -> None:
        """Let the next job have its turn; a second time is a no-op, and nothing is raised."""
        if lock := self._locks.pop(job, None):
            with suppress(OSError):  # what stays there is no more than told of as lost
                Path(lock.lock_file).unlink()
            lock.release()
        with self._left:
            self._left.notify_all()

    def place(self, job: Hashable) -> int | None:
        """How many are before the job; None where it is not in the queue."""
        with self._lock_queue():
            lock = self._locks.get(job)
            if lock is None:
                return None
            own = _number(Path(lock.lock_file))
            return sum(_number(path) < own and _is_locked(path) for path in self._list())

    def list_lost(self) -> list[str]:
        """Titles of the jobs that ended with their server, until another has joined the queue.

        None where the folder cannot be used.
        """
        titles = []
        if self._list():
            with suppress(OSError), self._lock_queue():
                titles = [path.read_text(encoding="utf-8") for path in self._list_unlocked()]
        return [title for title in titles if title]

    @contextmanager
    def _lock_queue(self) -> Iterator[None]:
        """Nobody else changes the queue, or tries a lock in it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with folders.lock(self._folder):
            yield

    def _append(self, job: Hashable, title: str = "") -> None:
        last = max(map(_number, self._list()), default=0)
        for path in self._list_unlocked():
            path.unlink()
        path = self._folder / f"{last + 1}.job"
        lock = FileLock(path, timeout=0, thread_local=False)  # another thread may release it
        lock.acquire()
        path.write_text(title, encoding="utf-8")
        self._locks[job] = lock

    def _list(self) -> list[Path]:
        return list(self._folder.glob("*.job"))

    def _list_unlocked(self) -> list[Path]:
        return [path for path in self._list() if not _is_locked(path)]


def _number(path: Path) -> int:
    return int(path.stem)


def _is_locked(path: Path) -> bool:
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
