"""Starts, watches and stops a training in a process of its own."""

import atexit
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO, Literal, TypeAlias

from mnist_demo.errors import DemoError, TrainingJobError
from mnist_demo.language import N_
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
from mnist_demo.training.program import Started, WarmProgram, start_program
from mnist_demo.training.turns import Turns

State = Literal["idle", "waiting", "running", "finished", "failed", "stopped"]
STOP_TIMEOUT_S = 5.0
SIGKILL = 9  # the kernel's, where memory has run out; there is none on Windows
MOST_EVENTS = 400
GIVEN = ".given"
Given: TypeAlias = Mapping[str, bytes]
NOTHING_GIVEN: Given = MappingProxyType({})
OnState: TypeAlias = Callable[[State], None]
"""Called when a job runs, and when it then has finished, failed or been stopped."""


def ignore_states(title: str) -> OnState:
    """`OnState` that does nothing, for a job of any title."""
    return lambda state: None


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
    """A process, when it is its turn among the jobs of all servers; a second start is a no-op.

    ``arguments`` are those that the last one was started with. What it lets others see it puts into
    the folder ``snapshots``, which stays until the next job begins; None before the first.
    When one is asked for, ``listen`` gives what its states are told to, by its title.
    """

    def __init__(self, turns: Turns, listen: Callable[[str], OnState] = ignore_states) -> None:
        self._listen = listen
        self._turns = turns
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._warm: WarmProgram | None = None
        self._ticket: object = None
        self._on_state = ignore_states("")
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

    def start(
        self, module: str, arguments: list[str], title: str, given: Given = NOTHING_GIVEN
    ) -> bool:
        """Run ``python -m module arguments``; False where this or another job is running already.

        It is ``--steered``, by `allow`, and gets the folder ``--snapshots``. From an option to a
        content, ``given`` are files for it, which are deleted when it ends.
        Raises TrainingJobError where the process cannot be started.
        """
        with self._lock:
            ticket = object()
            with _explained():
                is_free = self._turns.take(ticket, title)
            if not is_free:
                return False
            self._on_state = self._listen(title)
            self._launch(ticket, [module, *arguments], title, given, is_steered=True)
            self.arguments = tuple(arguments)
            return True

    def enqueue(
        self, module: str, arguments: list[str], title: str, given: Given = NOTHING_GIVEN
    ) -> None:
        """The same, not steered, as soon as it is this job's turn.

        A second call meanwhile is a no-op. Raises TrainingJobError where there can be no queue.
        """
        with self._lock, _explained():
            if self._turns.place(self._ticket) is not None:
                return
            ticket = self._ticket = object()
            self._turns.join(ticket)
            self._on_state = self._listen(title)
            self._status = Status("waiting", title)
        waiting = (ticket, [module, *arguments], title, given)
        threading.Thread(target=self._wait, args=waiting, daemon=True).start()

    def _wait(self, ticket: object, command: list[str], title: str, given: Given) -> None:
        try:
            with _explained():
                self._turns.wait(ticket)
                with self._lock:
                    if self._turns.place(ticket) == 0:  # it was not stopped
                        self._launch(ticket, command, title, given)
        except TrainingJobError as error:
            self._turns.leave(ticket)
            self._status = Status("failed", title, error=error)

    def _launch(
        self,
        ticket: object,
        command: list[str],
        title: str,
        given: Given,
        *,
        is_steered: bool = False,
    ) -> None:
        """Begin the process, whose turn it is; TrainingJobError where that is not possible."""
        self._remove_snapshots()
        try:
            with _explained():
                self.snapshots = Path(tempfile.mkdtemp(prefix="mnist_demo-"))
                steering = ["--steered", "--snapshots", str(self.snapshots)] if is_steered else []
                files = _write_files(self.snapshots, given)
                self._process, log = self._begin([*command, *files, *steering])
        except TrainingJobError:
            self._turns.leave(ticket)
            self._remove_snapshots()
            raise
        self._ticket = ticket
        self._status = Status("running", title, N_("Starting TensorFlow"))
        self._on_state("running")
        watched = (self._process, log, self.snapshots, ticket, self._on_state)
        threading.Thread(target=self._watch, args=watched, daemon=True).start()

    def _begin(self, command: list[str]) -> Started:
        """Process of the command: the one that is warm, where it is the same program."""
        module, *arguments = command
        if self._warm is None or self._warm.module != module:
            return start_program(command)
        warm, self._warm = self._warm, None
        return warm.begin(arguments) or start_program(command)

    def prepare(self, module: str) -> None:
        """Let ``python -m module`` load TensorFlow, for the next `start`; what fails is no loss."""
        with self._lock:
            is_warm = self._warm is not None and self._warm.is_waiting
            if not is_warm and self._status.state not in ("waiting", "running"):
                with suppress(OSError):
                    self._warm = WarmProgram(module)

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
        if self._warm is not None:
            self._warm.end()
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
        self,
        process: subprocess.Popen[str],
        log: IO[str],
        folder: Path,
        ticket: object,
        on_state: OnState,
    ) -> None:
        assert process.stdout is not None
        assert process.stdin is not None
        with process.stdin, process.stdout, log:
            for line in process.stdout:
                try:
                    event = from_json(line)
                except ValueError:
                    continue  # a library's chatter
                with self._lock:
                    if process is self._process:
                        self._status = _follow(self._status, event)
            process.wait()
            for path in folder.glob(f"*{GIVEN}"):
                path.unlink(missing_ok=True)
            self._turns.leave(ticket)
            log.seek(0)
            on_state(self._end(process, process.returncode, log.read().strip()))

    def _remove_snapshots(self) -> None:
        if self.snapshots is not None:
            shutil.rmtree(self.snapshots, ignore_errors=True)
            self.snapshots = None

    def _end(self, process: subprocess.Popen[str], exit_code: int, details: str) -> State:
        """The state that the process ends in; it is the job's, unless another has begun."""
        with self._lock:
            if process is not self._process or self._status.state == "stopped":
                return "stopped"
            self._status = replace(self._status, is_paused=False)
            if exit_code == 0:
                self._status = replace(self._status, state="finished")
                return "finished"
            error = self._status.error or _explain_end(exit_code)
            self._status = replace(
                self._status, state="failed", error=error, details=details[-4000:]
            )
            return "failed"


def _explain_end(exit_code: int) -> TrainingJobError:
    """Why it ended without a sentence of its own."""
    if exit_code == -SIGKILL:
        return TrainingJobError(
            "The training was killed, most likely because the machine ran out of memory."
        )
    return TrainingJobError(
        "The training ended unexpectedly, with exit code {exit_code}.", exit_code=exit_code
    )


@contextmanager
def _explained() -> Iterator[None]:
    """What a failing disk or system says, in a sentence without the server's paths."""
    try:
        yield
    except OSError as error:
        raise TrainingJobError(
            "The training cannot be started: {error}.", error=error.strerror or type(error).__name__
        ) from error


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


def _write_files(folder: Path, given: Mapping[str, bytes]) -> list[str]:
    """Arguments with the files that ``given`` has the contents of."""
    arguments = []
    for option, content in given.items():
        path = folder / f"{option.lstrip('-')}{GIVEN}"
        path.write_bytes(content)
        arguments += [option, str(path)]
    return arguments
