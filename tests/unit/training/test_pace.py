"""The pace of a training: held, let go, so many batches at a time, and never without its server."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mnist_demo.errors import TrainingJobError
from mnist_demo.training import pace as pace_module
from mnist_demo.training.pace import Pace, to_command


def run(pace: Pace, batches: int) -> list[int]:
    """Batches that have passed so far, of a training in a thread of its own."""
    passed: list[int] = []

    def train() -> None:
        for step in range(1, batches + 1):
            pace.wait()
            passed.append(step)
            pace.count(step)
        pace.wait()

    threading.Thread(target=train, daemon=True).start()
    return passed


def test_nothing_holds_a_training_that_nobody_steers() -> None:
    pace = Pace()
    pace.count(1000)
    assert not pace.is_held
    pace.wait()
    assert pace.paused_s == 0


def test_a_paused_training_passes_as_many_batches_as_it_may(
    wait_until: Callable[..., Any],
) -> None:
    pauses: list[int] = []
    pace = Pace(0, lambda: pauses.append(1))
    passed = run(pace, 50)
    wait_until(lambda: len(pauses) == 1)
    assert passed == []
    pace.allow(1)
    wait_until(lambda: len(pauses) == 2)
    assert passed == [1]
    pace.allow(10)
    wait_until(lambda: len(pauses) == 3)
    assert passed == list(range(1, 12))
    pace.allow(None)
    wait_until(lambda: len(passed) == 50)


def test_what_is_allowed_twice_is_allowed_together() -> None:
    pace = Pace(0)
    pace.allow(10)
    pace.allow(10)
    pace.count(19)
    assert not pace.is_held
    pace.count(20)
    assert pace.is_held


def test_a_running_training_is_paused_at_once_and_may_go_so_far_only() -> None:
    pace = Pace()
    pace.count(7)
    pace.allow(0)
    assert pace.is_held
    pace.allow(None)
    pace.allow(2)
    pace.count(9)
    assert pace.is_held


def test_reports_of_many_batches_may_exceed_what_is_allowed() -> None:
    pace = Pace(0)
    pace.allow(10)
    pace.count(50)
    assert pace.is_held
    pace.allow(100)
    pace.count(149)
    assert not pace.is_held


def test_a_pause_that_nobody_ends_ends_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace_module, "LONGEST_PAUSE_S", 0.01)
    with pytest.raises(TrainingJobError, match="was paused for"):
        Pace(0).wait()


def test_pauses_are_no_time_of_training(wait_until: Callable[..., Any]) -> None:
    paused = threading.Event()
    pace = Pace(0, paused.set)
    before_s, start_s = pace.clock(), time.monotonic()
    waiting = threading.Thread(target=pace.wait)
    waiting.start()
    paused.wait()
    wait_until(lambda: time.monotonic() > start_s + 0.2)
    pace.allow(None)
    waiting.join()
    assert pace.paused_s > 0.1
    assert pace.clock() - before_s < time.monotonic() - start_s - 0.1


def test_commands_are_followed_until_nobody_gives_any(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[Any] = []
    monkeypatch.setattr(os, "kill", lambda *what: ended.append(what[1]))
    pace = Pace(0)
    pace.follow(io.StringIO(to_command(3) + to_command(None) + to_command(2)))
    pace.count(1)
    assert not pace.is_held
    pace.count(2)
    assert pace.is_held
    assert ended == [signal.SIGTERM]


@pytest.mark.parametrize(
    "line", ["", "3", "{}", '{"batches": -1}', '{"batches": true}', "[" * 9999]
)
def test_a_line_that_is_no_command_ends_the_training(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[Any] = []
    monkeypatch.setattr(os, "kill", lambda *what: ended.append(what[1]))
    with pytest.raises(ValueError, match=r"Expecting|this is not"):
        Pace(0).follow(io.StringIO(f"{line}\n"))
    assert ended == [signal.SIGTERM]


def test_a_training_ends_with_its_server() -> None:
    """Whatever became of the server: the other end of standard input is closed."""
    lines = ("import sys", "from mnist_demo.training.pace import Pace", "Pace().follow(sys.stdin)")
    process = subprocess.Popen([sys.executable, "-c", "; ".join(lines)], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == -signal.SIGTERM
