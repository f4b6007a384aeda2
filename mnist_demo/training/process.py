"""Starts, watches and stops a training in a process of its own."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from mnist_demo.errors import DemoError, TrainingJobError
from mnist_demo.language import N_
from mnist_demo.paths import PROJECT
from mnist_demo.training.events import (
    FailedEvent,
    NoticeEvent,
    PausedEvent,
    ProgressEvent,
    StageEvent,
    TrainingEvent,
    from_json,
)
from mnist_demo.training.pace import to_command
from mnist_demo.training.turns import Turns

State = Literal["idle", "waiting", "running", "finished", "failed", "stopped"]
STOP_TIMEOUT_S = 5.0
MOST_EVENTS = 400


@dataclass(frozen=True)
class Status:
    """What is known of the job at one moment.

    ``stage`` says what it does in words, which are translated where they are shown, ``course`` has
    its progress events, evenly chosen to be at most `MOST_EVENTS`, the last one among them,
    ``notice`` is a sentence on what went wrong beside it, ``error`` explains a failure, and
    ``details`` is what it printed to standard error.
    """

    state: State = "idle"
    title: str = ""
    stage: str = ""
    fraction: float | None = None
    course: tuple[ProgressEvent, ...] = ()
    error: DemoError | None = None
    details: str = ""
    is_paused: bool = False
    notice: str = ""

    @property
    def message(self) -> str:
        """Why it failed, in one sentence in the reader's language."""
        return "" if self.error is None else str(self.error)

    @property
    def last(self) -> ProgressEvent | None:
        """The last progress event, once there is one."""
        return self.course[-1] if self.course else None


class Job:
    """A process, when it is its turn among the jobs of the server; a second start is a no-op.

    ``arguments`` are those that the last one was started with. What it lets others see it puts into
    the folder ``snapshots``, which stays until the next job begins; None before the first.
    """

    def __init__(self, turns: Turns | None = None) -> None:
        self._turns = turns or Turns()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._ticket: object = None
        self._status = Status()
        self.arguments: tuple[str, ...] = ()
        self.snapshots: Path | None = None
        atexit.register(self.close)

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

        It is ``--steered``, by `allow`, and gets the folder ``--snapshots``.
        Raises TrainingJobError where the process cannot be started.
        """
        with self._lock:
            ticket = object()
            if not self._turns.take(ticket):
                return False
            self._remove_snapshots()
            try:
                self.snapshots = Path(tempfile.mkdtemp(prefix="mnist_demo-"))
                steering = ["--steered", "--snapshots", str(self.snapshots)]
                self._launch(ticket, [module, *arguments, *steering], title)
            except OSError as error:
                self._turns.leave(ticket)
                raise _explain(error) from error
            self.arguments = tuple(arguments)
            return True

    def enqueue(self, module: str, arguments: list[str], title: str, given: bytes = b"") -> None:
        """Run ``python -m module arguments`` as soon as it is this job's turn.

        It reads ``given`` from standard input. A second call meanwhile is a no-op.
        """
        with self._lock:
            if self._turns.place(self._ticket) is not None:
                return
            ticket = self._ticket = object()
            self._turns.join(ticket)
            self._status = Status("waiting", title)
        arguments = [module, *arguments]
        threading.Thread(
            target=self._wait, args=(ticket, arguments, title, given), daemon=True
        ).start()

    def _wait(self, ticket: object, command: list[str], title: str, given: bytes) -> None:
        self._turns.wait(ticket)
        with self._lock:
            if self._turns.place(ticket) != 0:
                return  # it was stopped
            try:
                self._launch(ticket, command, title, given)
            except OSError as error:
                self._turns.leave(ticket)
                self._status = Status("failed", title, error=_explain(error))

    def _launch(
        self, ticket: object, command: list[str], title: str, given: bytes | None = None
    ) -> None:
        self._process, log = _start(command)
        self._ticket = ticket
        self._status = Status("running", title, N_("Starting TensorFlow"))
        arguments = (self._process, log, ticket, given)
        threading.Thread(target=self._watch, args=arguments, daemon=True).start()

    def allow(self, batches: int | None) -> None:
        """Let the job pass so many more batches, all of them (None), or no more for now (0)."""
        with self._lock:
            process = self._process
            if process is None or self._status.state != "running":
                return
            assert process.stdin is not None
            with suppress(BrokenPipeError):  # it has just ended
                os.write(process.stdin.fileno(), to_command(batches).encode())

    def close(self) -> None:
        """End the process, and leave nothing behind."""
        self.stop()
        self._remove_snapshots()
        atexit.unregister(self.close)

    def stop(self) -> None:
        """End the process, or wait no more; what it has made so far is lost, the rest stays."""
        with self._lock:
            process, ticket = self._process, self._ticket
            if self._status.state == "waiting":
                self._status = replace(self._status, state="stopped")
                self._turns.leave(ticket)
                return
            if process is None or process.poll() is not None:
                return
            self._status = replace(self._status, state="stopped", is_paused=False)
            process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._turns.leave(ticket)

    def dismiss(self) -> None:
        """Forget a job that has ended."""
        with self._lock:
            if self._status.state not in ("waiting", "running"):
                self._status = Status(title=self._status.title)

    def _watch(
        self, process: subprocess.Popen[str], log: IO[str], ticket: object, given: bytes | None
    ) -> None:
        assert process.stdout is not None
        assert process.stdin is not None
        with process.stdin, process.stdout, log:
            if given is not None:
                _give(process.stdin, given)
            for line in process.stdout:
                try:
                    event = from_json(line)
                except ValueError:
                    continue  # a library's chatter
                with self._lock:
                    if process is self._process:
                        self._status = _follow(self._status, event)
            process.wait()
            self._turns.leave(ticket)
            log.seek(0)
            self._end(process, process.returncode, log.read().strip())

    def _remove_snapshots(self) -> None:
        if self.snapshots is not None:
            shutil.rmtree(self.snapshots, ignore_errors=True)
            self.snapshots = None

    def _end(self, process: subprocess.Popen[str], exit_code: int, details: str) -> None:
        with self._lock:
            if process is not self._process or self._status.state == "stopped":
                return
            self._status = replace(self._status, is_paused=False)
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
            status = replace(status, stage=N_("Training"), is_paused=False)
            return replace(status, fraction=progress.fraction, course=course)
        case PausedEvent():
            return replace(status, is_paused=True)
        case NoticeEvent(message):
            return replace(status, notice=message)
        case FailedEvent(message):
            return replace(status, error=TrainingJobError(message))
    return status


def _start(command: list[str]) -> tuple[subprocess.Popen[str], IO[str]]:
    """Process of ``python -m command``, and the file of what it prints to standard error."""
    with ExitStack() as opened:
        log = opened.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace"))
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            stdout=subprocess.PIPE,
            stderr=log,
            stdin=subprocess.PIPE,
            env=_environment(),
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        opened.pop_all()
    return process, log


def _give(stdin: IO[str], given: bytes) -> None:
    """Write it all to a process, and close; one that has ended already takes nothing."""
    with suppress(BrokenPipeError), stdin, open(stdin.fileno(), "wb", closefd=False) as file:
        file.write(given)


def _explain(error: OSError) -> TrainingJobError:
    return TrainingJobError("The training cannot be started: {error}.", error=error)


def _environment() -> dict[str, str]:
    """Ours, with this package's folder on the path, from wherever the server was started."""
    folders = [str(PROJECT), os.environ.get("PYTHONPATH")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, folders))}
