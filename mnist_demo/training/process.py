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

State = Literal["idle", "running", "finished", "failed", "stopped"]
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
    """One job for the whole server; a second start is a no-op.

    The job may put what others want to see meanwhile into the file ``snapshot``, which is deleted
    when it ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._status = Status()
        self.snapshot = Path(tempfile.gettempdir()) / f"mnist_demo-{uuid.uuid4().hex}.npz"
        atexit.register(self.stop)

    @property
    def status(self) -> Status:
        """A snapshot."""
        return self._status

    def start(self, module: str, arguments: list[str], title: str) -> bool:
        """Run ``python -m module arguments``; False where one is running already.

        Raises TrainingJobError where the process cannot be started.
        """
        with self._lock:
            is_alive = self._process is not None and self._process.poll() is None
            if is_alive or self._status.state == "running":
                return False
            log = None
            try:
                log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
                self._process = subprocess.Popen(
                    [sys.executable, "-m", module, *arguments],
                    stdout=subprocess.PIPE,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    env=_environment(),
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                )
            except OSError as error:
                if log is not None:
                    log.close()
                raise TrainingJobError(
                    "The training cannot be started: {error}.", error=error
                ) from error
            self._status = Status("running", title, N_("Starting TensorFlow"))
            threading.Thread(target=self._watch, args=(self._process, log), daemon=True).start()
            return True

    def stop(self) -> None:
        """End the process; what it has made so far is lost, what was there before stays."""
        with self._lock:
            process = self._process
            if process is None or process.poll() is not None:
                return
            self._status = replace(self._status, state="stopped")
            process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._remove_snapshot()

    def dismiss(self) -> None:
        """Forget a job that has ended."""
        with self._lock:
            if self._status.state != "running":
                self._status = Status()

    def _watch(self, process: subprocess.Popen[str], log: IO[str]) -> None:
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
