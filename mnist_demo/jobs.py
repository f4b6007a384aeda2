"""Starts, watches and stops one process at a time that prints events as JSON lines."""

import atexit
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field, replace
from typing import IO, Any, Literal

from mnist_demo.errors import TrainingJobError

State = Literal["idle", "running", "finished", "failed", "stopped"]
STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Status:
    """What is known of the job at one moment.

    ``stage`` says what it does in words, ``progress`` is its last progress event, ``message``
    explains a failure in one sentence and ``details`` is what it printed to standard error.
    """

    state: State = "idle"
    title: str = ""
    stage: str = ""
    fraction: float | None = None
    progress: dict[str, Any] = field(default_factory=dict)
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
            if self._status.state == "running":
                return False
            log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", module, *arguments],
                    stdout=subprocess.PIPE,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    text=True,
                    encoding="utf-8",
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
                self._take(line)
            process.wait()
            log.seek(0)
            self._end(process.returncode, log.read().strip())

    def _take(self, line: str) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            return  # a library's chatter
        if not isinstance(event, dict):
            return
        with self._lock:
            match event.get("event"):
                case "stage":
                    changes = {"stage": event["text"], "fraction": event["fraction"]}
                case "progress":
                    changes = {"stage": "Training", "fraction": event["fraction"]}
                    changes["progress"] = event
                case "failed":
                    changes = {"message": event["message"]}
                case _:
                    return
            self._status = replace(self._status, **changes)

    def _end(self, exit_code: int, details: str) -> None:
        with self._lock:
            if self._status.state == "stopped":
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
