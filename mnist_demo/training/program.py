"""The package's programs as processes: begun when needed, or warm and waiting for arguments."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from typing import IO, TypeAlias

from mnist_demo.paths import PROJECT

LONGEST_WAIT_S = 600.0

Started: TypeAlias = tuple["subprocess.Popen[str]", IO[str]]


def start_program(command: list[str]) -> Started:
    """Process of ``python -m command``, and the file of what it prints to standard error.

    Raises OSError where it cannot be started.
    """
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


class WarmProgram:
    """A program, started with ``--wait``, that has loaded TensorFlow when its arguments come.

    It ends when they have not come after `LONGEST_WAIT_S`: it takes memory.
    """

    def __init__(self, module: str) -> None:
        self.module = module
        self._process, self._log = start_program([module, "--wait"])
        self._timer = threading.Timer(LONGEST_WAIT_S, self.end)
        self._timer.daemon = True
        self._timer.start()

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be given its arguments."""
        return self._process.poll() is None

    def begin(self, arguments: list[str]) -> Started | None:
        """Give it its arguments, and it away; None where it has ended."""
        self._timer.cancel()
        line = f"{json.dumps(arguments)}\n".encode()
        with suppress(BrokenPipeError):
            if self.is_waiting and self._process.stdin is not None:
                os.write(self._process.stdin.fileno(), line)
                return self._process, self._log
        self.end()
        return None

    def end(self) -> None:
        """End it; a second time is a no-op."""
        self._timer.cancel()
        self._process.kill()  # it has nothing to lose
        self._process.wait()
        for file in (self._process.stdin, self._process.stdout, self._log):
            if file is not None:
                file.close()


def _environment() -> dict[str, str]:
    """Ours, with this package's folder on the path, from wherever the server was started."""
    folders = [str(PROJECT), os.environ.get("PYTHONPATH")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, folders))}
