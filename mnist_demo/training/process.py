"""Starts, watches and stops a training in a process of its own."""

import atexit
import os
import subprocess
import sys
import tempfile
import threading
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from mnist_demo.errors import DemoError, TrainingJobError
from mnist_demo.language import N_
from mnist_demo.paths import PROJECT
from mnist_demo.training.events import (
    FailedEvent,
    ProgressEvent,
    StageEvent,
    TrainingEvent,
    from_json,
)
from mnist_demo.training.turns import Turns

State = Literal["idle", "waiting", "running", "finished", "failed", "stopped"]
STOP_TIMEOUT_S = 5.0
MOST_EVENTS = 400


@dataclass(frozen=True)
class Status:
    """What is known of the job at one moment.

    ``stage`` says what it does in words, which are translated where they are shown, ``course`` has
    its progress events, evenly chosen to be at most `MOST_EVENTS`, the last one among them,
    ``error`` explains a failure and ``details`` is what it printed to standard error.
    """

    state: State = "idle"
    title: str = ""
    stage: str = ""
    fraction: float | None = None
    course: tuple[ProgressEvent, ...] = ()
    error: DemoError | None = None
    details: str = ""

    @property
    def message(self) -> str:
        """Why it failed, in one sentence in the reader's language."""
        return "" if self.error is None else str(self.error)

    @property
    def last(self) -> ProgressEvent | None:
        """The last progress event, once there is one."""
        return self.course[-1] if self.course else None


class Job:
    """A process at a time, when it is its turn among the jobs of the server; a second is a no-op.

    The job may put what others want to see meanwhile into the file ``snapshot``, which is deleted
    when it ends, with all whose names begin so.
    """

    def __init__(self, turns: Turns | None = None) -> None:
        self._turns = turns or Turns()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._ticket: object = None
        self._status = Status()
        self.snapshot = Path(tempfile.gettempdir()) / f"mnist_demo-{uuid.uuid4().hex}.npz"
        atexit.register(self.stop)

    @property
    def status(self) -> Status:
        """A snapshot."""
        return self._status

    @property
    def place(self) -> int:
        """How many jobs are before this one while it waits, the one that runs among them."""
        return self._turns.place(self._ticket) or 0

    def start(self, module: str, arguments: list[str], title: str) -> bool:
        """Run ``python -m module arguments``; False where this or another job is running already.

        Raises TrainingJobError where the process cannot be started.
        """
        with self._lock:
            ticket = object()
            if not self._turns.take(ticket):
                return False
            self._launch(ticket, [module, *arguments], title)
            return True

    def enqueue(self, module: str, arguments: list[str], title: str) -> None:
        """The same as soon as it is this job's turn; a second call meanwhile is a no-op."""
        with self._lock:
            if self._turns.place(self._ticket) is not None:
                return
            ticket = self._ticket = object()
            self._turns.join(ticket)
            self._status = Status("waiting", title)
        command = [module, *arguments]
        threading.Thread(target=self._wait, args=(ticket, command, title), daemon=True).start()

    def _wait(self, ticket: object, command: list[str], title: str) -> None:
        self._turns.wait(ticket)
        with self._lock:
            if self._turns.place(ticket) != 0:
                return  # it was stopped
            try:
                self._launch(ticket, command, title)
            except TrainingJobError as error:
                self._status = Status("failed", title, error=error)

    def _launch(self, ticket: object, command: list[str], title: str) -> None:
        log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command],
                stdout=subprocess.PIPE,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=_environment(),
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            log.close()
            self._turns.leave(ticket)
            raise TrainingJobError(
                "The training cannot be started: {error}.", error=error
            ) from error
        self._ticket = ticket
        self._status = Status("running", title, N_("Starting TensorFlow"))
        arguments = (self._process, log, ticket)
        threading.Thread(target=self._watch, args=arguments, daemon=True).start()

    def stop(self) -> None:
        """End the process, or wait no more; what it has made so far is lost, the rest stays."""
        with self._lock:
            process, ticket = self._process, self._ticket
            if self._turns.place(ticket) is None:
                return
            was_waiting = self._status.state == "waiting"
            self._status = replace(self._status, state="stopped")
            if was_waiting or process is None:
                self._turns.leave(ticket)
                self._remove_snapshot()
                return
            process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._turns.leave(ticket)
        self._remove_snapshot()

    def close(self) -> None:
        """Stop, and be forgotten."""
        self.stop()
        atexit.unregister(self.stop)

    def dismiss(self) -> None:
        """Forget a job that has ended."""
        with self._lock:
            if self._status.state not in ("waiting", "running"):
                self._status = Status()

    def _watch(self, process: subprocess.Popen[str], log: IO[str], ticket: object) -> None:
        assert process.stdout is not None
        with process.stdout, log:
            for line in process.stdout:
                try:
                    event = from_json(line)
                except ValueError:
                    continue  # a library's chatter
                with self._lock:
                    if process is self._process:
                        self._status = _follow(self._status, event)
            process.wait()
            self._remove_snapshot()
            self._turns.leave(ticket)
            log.seek(0)
            self._end(process, process.returncode, log.read().strip())

    def _remove_snapshot(self) -> None:
        for path in self.snapshot.parent.glob(f"{self.snapshot.stem}*"):  # or half of it
            path.unlink(missing_ok=True)

    def _end(self, process: subprocess.Popen[str], exit_code: int, details: str) -> None:
        with self._lock:
            if process is not self._process or self._status.state == "stopped":
                return
            if exit_code == 0:
                self._status = replace(self._status, state="finished")
                return
            error = self._status.error or TrainingJobError(
                "The training ended unexpectedly, with exit code {exit_code}.", exit_code=exit_code
            )
            self._status = replace(
                self._status, state="failed", error=error, details=details[-4000:]
            )


def _follow(status: Status, event: TrainingEvent) -> Status:
    """``status`` after ``event``."""
    match event:
        case StageEvent(text, fraction):
            return replace(status, stage=text, fraction=fraction)
        case ProgressEvent(progress):
            course = (*status.course, event)
            course = course if len(course) <= MOST_EVENTS else course[::2]
            return replace(status, stage=N_("Training"), fraction=progress.fraction, course=course)
        case FailedEvent(message):
            return replace(status, error=TrainingJobError(message))
    return status


def _environment() -> dict[str, str]:
    """Ours, with this package's folder on the path, from wherever the server was started."""
    folders = [str(PROJECT), os.environ.get("PYTHONPATH")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, folders))}
