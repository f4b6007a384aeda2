"""Starts, watches and stops one process at a time that prints events as JSON lines."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Literal

from mnist_demo.errors import TrainingJobError

State = Literal["idle", "running", "finished", "failed", "stopped"]
STOP_TIMEOUT_S = 5.0
MOST_EVENTS = 400


@dataclass(frozen=True)
class Status:
    """What is known of the job at one moment.

    ``stage`` says what it does in words, ``progress`` is its last progress event, ``course`` some
    of all so far, at most `MOST_EVENTS`, ``message`` explains a failure in one sentence and
    ``details`` is what it printed to standard error.
    """

    state: State = "idle"
    title: str = ""
    stage: str = ""
    fraction: float | None = None
    progress: dict[str, Any] = field(default_factory=dict)
    course: tuple[dict[str, Any], ...] = ()
    message: str = ""
    details: str = ""


class Job:
    """One process for everybody: whoever looks sees the same, whoever starts again starts none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._status = Status()
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
            log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
            try:
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
                log.close()
                raise TrainingJobError(f"The training cannot be started: {error}.") from error
            self._status = Status("running", title, "Starting TensorFlow")
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

    def dismiss(self) -> None:
        """Forget a job that has ended."""
        with self._lock:
            if self._status.state != "running":
                self._status = Status()

    def _watch(self, process: subprocess.Popen[str], log: IO[str]) -> None:
        assert process.stdout is not None
        with process.stdout, log:
            for line in process.stdout:
                changes = _read_event(line)
                with self._lock:
                    if process is self._process:
                        self._status = _change(self._status, changes)
            process.wait()
            log.seek(0)
            self._end(process, process.returncode, log.read().strip())

    def _end(self, process: subprocess.Popen[str], exit_code: int, details: str) -> None:
        with self._lock:
            if process is not self._process or self._status.state == "stopped":
                return
            if exit_code == 0:
                self._status = replace(self._status, state="finished")
                return
            message = self._status.message
            if not message:
                message = f"The training ended unexpectedly, with exit code {exit_code}."
            self._status = replace(
                self._status, state="failed", message=message, details=details[-4000:]
            )


def _change(status: Status, changes: dict[str, Any]) -> Status:
    """``status`` with ``changes``; progress goes into the course, which never grows too long."""
    if "progress" in changes:
        course = (*status.course, changes["progress"])
        changes["course"] = course if len(course) <= MOST_EVENTS else course[::2]
    return replace(status, **changes)


def _read_event(line: str) -> dict[str, Any]:
    """What a line of output changes in the status; nothing where it is a library's chatter."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    match event:
        case {"event": "stage", "text": str(text), "fraction": fraction}:
            return {"stage": text, "fraction": fraction}
        case {"event": "progress", "fraction": fraction}:
            return {"stage": "Training", "fraction": fraction, "progress": event}
        case {"event": "failed", "message": str(message)}:
            return {"message": message}
    return {}


def _environment() -> dict[str, str]:
    """Ours, with this package's folder on the path, from wherever the server was started."""
    folders = [str(Path(__file__).resolve().parent.parent), os.environ.get("PYTHONPATH")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, folders))}
