"""One process for everybody: started once, watched, stopped, and explained when it dies."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mnist_demo.errors import TrainingJobError
from mnist_demo.networks import Progress
from mnist_demo.training.events import (
    FailedEvent,
    FinishedEvent,
    NoticeEvent,
    PausedEvent,
    ProgressEvent,
    StageEvent,
    to_json,
)
from mnist_demo.training.pace import to_command
from mnist_demo.training.process import Job, Status
from mnist_demo.training.snapshot import list_steps
from mnist_demo.training.turns import Turns
from mnist_demo.versions.card import Card


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Function that writes a module of the given lines, to be started by its name ``fake``."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(*lines: Any) -> str:
        preamble = ["import json, os, signal, sys, time", f"pipe = {str(tmp_path / 'pipe')!r}"]
        (tmp_path / "fake.py").write_text("\n".join([*preamble, *lines]))
        return "fake"

    return write


@pytest.fixture
def go_on(tmp_path: Path) -> Callable[..., Any]:
    """Function that lets a program go on which waits with ``open(pipe).read()``."""
    os.mkfifo(tmp_path / "pipe")
    return lambda: (tmp_path / "pipe").write_text("go")


WAIT = "open(pipe).read()"


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    job = Job(Turns(tmp_path / "turns"))
    yield job
    job.stop()


@pytest.fixture
def ended(job: Job, wait_until: Callable[..., Any]) -> Callable[..., Status]:
    """Function that waits for the end of the job and gives its status."""

    def wait() -> Status:
        wait_until(lambda: job.status.state != "running")
        return job.status

    return wait


def tell(event: Any) -> str:
    return f"print({to_json(event)!r}, flush=True)"


def test_nothing_runs_at_first(job: Job) -> None:
    assert job.status.state == "idle"
    job.stop()
    assert job.status.state == "idle"


def test_events_become_the_status(
    job: Job,
    program: Callable[..., str],
    go_on: Callable[..., Any],
    ended: Callable[..., Status],
    wait_until: Callable[..., Any],
    make_card: Callable[..., Card],
) -> None:
    program(
        tell(StageEvent("Loading", 0.5)),
        WAIT,
        tell(ProgressEvent(Progress(2, 4, 5, 20, 0.5, None), 1.5)),
        WAIT,
        tell(FinishedEvent("version", make_card())),
    )
    assert job.start("fake", [], "Training")
    assert job.status.title == "Training"
    wait_until(lambda: job.status.stage == "Loading")
    assert job.status.fraction == 0.5
    go_on()
    wait_until(lambda: job.status.last)
    assert job.status.fraction == 0.3125
    assert job.status.last
    assert (job.status.last.progress.epoch, job.status.last.progress.loss) == (2, 0.5)
    assert job.status.state == "running"
    go_on()
    assert ended().state == "finished"
    job.dismiss()
    assert job.status.state == "idle"


@pytest.mark.parametrize(
    ("end", "last"), [("pass", "finished"), ("sys.exit(3)", "failed"), (None, "stopped")]
)
def test_whoever_listens_hears_how_a_job_begins_and_ends(
    program: Callable[..., str],
    go_on: Callable[..., Any],
    wait_until: Callable[..., Any],
    tmp_path: Path,
    end: str | None,
    last: str,
) -> None:
    heard: list[tuple[str, str]] = []
    job = Job(
        Turns(tmp_path / "queue"), listen=lambda title: lambda state: heard.append((title, state))
    )
    program(WAIT, end or "pass")
    job.start("fake", [], "first")
    assert heard == [("first", "running")]
    if end is None:
        job.stop()
    else:
        go_on()
    wait_until(lambda: len(heard) == 2)
    assert heard[1] == ("first", last)
    job.close()


def test_arguments_reach_the_program(
    job: Job, program: Callable[..., str], ended: Callable[..., Status]
) -> None:
    program("print(json.dumps({'event': 'stage', 'text': ' '.join(sys.argv[1:]), 'fraction': 0}))")
    job.start("fake", ["--network", "x y"], "Training")
    *given, steered, snapshots, folder = ended().stage.split()
    assert (given, steered, snapshots) == (["--network", "x", "y"], "--steered", "--snapshots")
    assert Path(folder) == job.snapshots
    assert job.arguments == ("--network", "x y")


def test_second_start_starts_none(
    job: Job, program: Callable[..., str], go_on: Callable[..., Any], ended: Callable[..., Status]
) -> None:
    program(WAIT)
    assert job.start("fake", [], "First")
    assert not job.start("fake", [], "Second")
    assert job.status.title == "First"
    job.dismiss()
    assert job.status.state == "running"
    go_on()
    ended()
    assert job.start("fake", [], "Third")


def test_many_visitors_at_once_start_one(
    job: Job,
    program: Callable[..., str],
    tmp_path: Path,
    go_on: Callable[..., Any],
    ended: Callable[..., Status],
) -> None:
    program(f"open({str(tmp_path)!r} + f'/started-{{os.getpid()}}', 'w')", WAIT)
    barrier = threading.Barrier(8)

    def press(_: int) -> bool:
        barrier.wait()
        return job.start("fake", [], "Training")

    with ThreadPoolExecutor(8) as visitors:
        assert sorted(visitors.map(press, range(8))) == [False] * 7 + [True]
    go_on()
    assert ended().state == "finished"
    assert len(list(tmp_path.glob("started-*"))) == 1


def test_stopped_job_is_gone_and_stays_stopped(
    job: Job, program: Callable[..., str], go_on: Callable[..., Any], wait_until: Callable[..., Any]
) -> None:
    program(
        "event = {'event': 'stage', 'text': str(os.getpid()), 'fraction': 0}",
        "print(json.dumps(event), flush=True)",
        WAIT,
    )
    job.start("fake", [], "Training")
    pid = int(wait_until(lambda: job.status.stage.isdigit() and job.status.stage))
    job.stop()
    assert job.status.state == "stopped"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert job.start("fake", [], "Again")


def test_program_deaf_to_sigterm_is_killed_and_never_beside_another(
    job: Job,
    program: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    wait_until: Callable[..., Any],
    go_on: Callable[..., Any],
) -> None:
    monkeypatch.setattr("mnist_demo.training.process.STOP_TIMEOUT_S", 0.5)
    program(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        tell(StageEvent("Deaf")),
        WAIT,
    )
    job.start("fake", [], "Deaf")
    wait_until(lambda: job.status.stage == "Deaf")
    stopping = threading.Thread(target=job.stop)
    stopping.start()
    wait_until(lambda: job.status.state == "stopped")
    assert not job.start("fake", [], "Meanwhile")
    stopping.join()
    assert job.status.state == "stopped"
    program(WAIT)
    assert job.start("fake", [], "Afterwards")
    assert job.status.state == "running"
    go_on()
    wait_until(lambda: job.status.state != "running")
    assert job.status.state == "finished"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (signal.SIGKILL, "was killed, most likely because the machine ran out of memory"),
        (signal.SIGABRT, f"ended unexpectedly, with exit code {-signal.SIGABRT}"),
    ],
)
def test_killed_program_has_failed_and_says_so(
    number: int,
    sentence: str,
    job: Job,
    program: Callable[..., str],
    ended: Callable[..., Status],
) -> None:
    program("print('last words', file=sys.stderr, flush=True)", f"os.kill(os.getpid(), {number})")
    job.start("fake", [], "Training")
    status = ended()
    assert status.state == "failed"
    assert sentence in status.message
    assert status.details == "last words"
    assert job.start("fake", [], "Again")


def test_snapshots_stay_until_the_next_job_begins(
    job: Job, program: Callable[..., str], ended: Callable[..., Status]
) -> None:
    assert job.snapshots is None
    program("open(sys.argv[-1] + '/0.npz', 'w').close()")
    job.start("fake", [], "Training")
    assert ended().state == "finished"
    first = job.snapshots
    assert first
    assert list_steps(first) == [0]
    job.dismiss()
    assert job.status.title == "Training"  # what there is to be seen is of this
    assert first.is_dir()
    job.start("fake", [], "Training")
    assert ended().state == "finished"
    assert not first.exists()
    last = job.snapshots
    job.close()
    assert last
    assert not last.exists()
    assert job.snapshots is None


def test_files_that_are_given_are_deleted_at_the_end(
    job: Job, program: Callable[..., str], ended: Callable[..., Status], go_on: Any
) -> None:
    program(
        "event = {'event': 'stage', 'text': open(sys.argv[2]).read(), 'fraction': 0}",
        "print(json.dumps(event), flush=True)",
        WAIT,
    )
    job.start("fake", [], "Training", {"--drawings": b"four strokes"})
    assert job.snapshots
    assert [path.read_bytes() for path in job.snapshots.iterdir()] == [b"four strokes"]
    go_on()
    assert ended().stage == "four strokes"
    assert not list(job.snapshots.iterdir())


WARM = (
    "given = json.loads(sys.stdin.readline()) if sys.argv[1:] == ['--wait'] else None",
    "event = {'event': 'stage', 'text': f'{os.getpid()} {(given or [0])[0]}', 'fraction': 0}",
    "print(json.dumps(event), flush=True)",
)


def test_a_program_that_is_warm_takes_over_the_next_start(
    job: Job, program: Callable[..., str], ended: Callable[..., Status]
) -> None:
    program(*WARM)
    job.prepare("fake")
    warm = job._warm
    assert warm
    job.prepare("fake")
    assert job._warm is warm  # a second time is a no-op
    assert job.status.state == "idle"
    job.start("fake", ["--network"], "Training")
    assert ended().stage == f"{warm._process.pid} --network"
    job.start("fake", ["--network"], "Training")
    assert ended().stage.endswith(" 0")  # it is not warm any more


def test_a_warm_program_that_has_ended_is_no_loss(
    job: Job, program: Callable[..., str], ended: Callable[..., Status]
) -> None:
    program(*WARM)
    job.prepare("fake")
    assert job._warm
    job._warm.end()
    job.start("fake", [], "Training")
    assert ended().state == "finished"
    job.prepare("fake")
    job.prepare("other")  # one at a time
    other = job._warm
    assert other
    assert other.module == "fake"
    job.close()
    assert not other.is_waiting


def test_a_warm_program_waits_for_a_while_only(
    job: Job, program: Callable[..., str], monkeypatch: pytest.MonkeyPatch, wait_until: Any
) -> None:
    monkeypatch.setattr("mnist_demo.training.program.LONGEST_WAIT_S", 0.01)
    program("sys.stdin.readline()")
    job.prepare("fake")
    warm = job._warm
    assert warm
    wait_until(lambda: not warm.is_waiting)
    job.prepare("fake")
    assert job._warm is not warm


def test_commands_reach_the_program(
    job: Job, program: Callable[..., str], ended: Callable[..., Status], wait_until: Any
) -> None:
    job.allow(3)  # nothing runs: nothing happens
    program(
        tell(PausedEvent()),
        "line = sys.stdin.readline().strip()",
        "print(json.dumps({'event': 'stage', 'text': line, 'fraction': 0}), flush=True)",
    )
    job.start("fake", [], "Training")
    wait_until(lambda: job.status.is_paused)
    job.allow(10)
    status = ended()
    assert (status.stage, status.is_paused) == (to_command(10).strip(), False)
    job.allow(1)


def test_a_command_that_comes_too_late_is_no_error(
    job: Job, program: Callable[..., str], go_on: Callable[..., Any], wait_until: Any
) -> None:
    program("sys.stdin.close()", "os.close(0)", tell(StageEvent("Deaf")), WAIT)
    job.start("fake", [], "Training")
    wait_until(lambda: job.status.stage == "Deaf")
    job.allow(10)
    assert job.status.state == "running"
    go_on()


def test_what_goes_wrong_beside_a_training_is_told(
    job: Job, program: Callable[..., str], ended: Callable[..., Status]
) -> None:
    program(tell(NoticeEvent("It cannot be watched.")))
    job.start("fake", [], "Training")
    status = ended()
    assert (status.state, status.notice) == ("finished", "It cannot be watched.")


def test_failing_program_is_quoted(
    job: Job, program: Callable[..., str], ended: Callable[..., Status]
) -> None:
    program(tell(FailedEvent("MNIST is missing.")), "sys.exit(1)")
    job.start("fake", [], "Training")
    status = ended()
    assert (status.state, status.message) == ("failed", "MNIST is missing.")


def test_traceback_is_kept_as_details(
    job: Job, program: Callable[..., str], ended: Callable[..., Status]
) -> None:
    program("raise RuntimeError('a bug')")
    job.start("fake", [], "Training")
    assert ended().state == "failed"
    assert job.status.details.endswith("RuntimeError: a bug")


CHATTER = [
    "hello", "", "42", "null", "[1, 2]", '"text"', "{", "{}", '{"event": "other"}',
    '{"event": "stage"}', '{"event": "progress"}', '{"event": ["stage"]}', "\\xff\\xfe",
]  # fmt: skip


def test_chatter_is_ignored(
    job: Job, program: Callable[..., str], ended: Callable[..., Status]
) -> None:
    chatter = [f"sys.stdout.buffer.write(b'{line}\\n')" for line in CHATTER]
    program(tell(StageEvent("Loading", 0.5)), *chatter, "sys.stdout.flush()")
    job.start("fake", [], "Training")
    status = ended()
    assert (status.state, status.stage, status.fraction) == ("finished", "Loading", 0.5)
    assert status.course == ()


def test_much_output_blocks_nothing(
    job: Job, program: Callable[..., str], ended: Callable[..., Status]
) -> None:
    program("sys.stderr.write('x' * 1_000_000)", "sys.stdout.write('y' * 1_000_000)")
    job.start("fake", [], "Training")
    assert ended().state == "finished"


def test_program_that_cannot_be_started_is_our_own_error(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(TrainingJobError, match="cannot be started"):
        job.start("fake", [], "Training")
    assert job.status.state == "idle"


def test_server_may_have_been_started_in_any_folder(
    job: Job, ended: Callable[..., Status], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    job.start("mnist_demo.errors", [], "Training")
    assert ended().state == "finished", job.status.details


def test_a_full_disk_is_our_own_error_and_nothing_runs(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(TrainingJobError, match=r"cannot be started: .*No space left on device"):
        job.start("module", [], "network")
    assert job.status.state == "idle"
