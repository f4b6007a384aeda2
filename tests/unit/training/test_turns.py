"""One job at a time for all servers: the others wait, in their order, or leave the queue."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mnist_demo.errors import TrainingJobError
from mnist_demo.paths import PROJECT
from mnist_demo.training.process import Job
from mnist_demo.training.turns import Turns
from tests.signatures import WaitUntil

OTHER_SERVER = """
import sys
from pathlib import Path
from mnist_demo.training.turns import Turns
turns = Turns(Path(sys.argv[1]))
assert turns.take("job", "keras-cnn")
print("taken", flush=True)
sys.stdin.readline()
turns.leave("job")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "turns"


@pytest.fixture
def jobs(folder: Path) -> Iterator[list[Job]]:
    """Three jobs of one server."""
    turns = Turns(folder)
    jobs = [Job(turns) for _ in range(3)]
    yield jobs
    for job in jobs:
        job.close()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Module that runs until its pipe is written to."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "fake.py").write_text(f"open({str(tmp_path / 'pipe')!r}).read()\n")
    return "fake"


@pytest.fixture
def go_on(tmp_path: Path) -> Callable[[], Any]:
    return lambda: (tmp_path / "pipe").write_text("go")


def test_jobs_run_one_after_the_other(
    jobs: list[Job], program: str, go_on: Callable[[], Any], wait_until: WaitUntil
) -> None:
    first, second, third = jobs
    for job in jobs:
        job.enqueue(program, [], "Teaching")
    wait_until(lambda: first.status.state == "running")
    assert [job.status.state for job in jobs] == ["running", "waiting", "waiting"]
    assert [job.place for job in jobs] == [0, 1, 2]
    second.enqueue(program, [], "Again")
    assert second.status.title == "Teaching", "it keeps its place"
    go_on()
    wait_until(lambda: second.status.state == "running")
    assert first.status.state == "finished"
    assert third.place == 1
    go_on()
    wait_until(lambda: third.status.state == "running")
    go_on()
    wait_until(lambda: third.status.state == "finished")


def test_who_leaves_the_queue_is_passed_over(
    jobs: list[Job], program: str, go_on: Callable[[], Any], wait_until: WaitUntil
) -> None:
    first, second, third = jobs
    for job in jobs:
        job.enqueue(program, [], "Teaching")
    wait_until(lambda: first.status.state == "running")
    second.stop()
    assert second.status.state == "stopped"
    assert third.place == 1
    first.close()
    wait_until(lambda: third.status.state == "running")
    assert second.status.state == "stopped"
    go_on()
    wait_until(lambda: third.status.state == "finished")


def test_a_training_does_not_start_beside_a_teaching_nor_wait(
    jobs: list[Job], program: str, go_on: Callable[[], Any], wait_until: WaitUntil
) -> None:
    teaching, training, _ = jobs
    teaching.enqueue(program, [], "Teaching")
    wait_until(lambda: teaching.status.state == "running")
    assert not training.start(program, [], "Training")
    assert training.status.state == "idle"
    go_on()
    wait_until(lambda: teaching.status.state == "finished")
    assert training.start(program, [], "Training")
    teaching.enqueue(program, [], "Teaching")
    assert teaching.status.state == "waiting"
    training.stop()
    wait_until(lambda: teaching.status.state == "running")
    go_on()


def test_one_that_cannot_be_started_lets_the_next_begin(
    jobs: list[Job],
    program: str,
    go_on: Callable[[], Any],
    wait_until: WaitUntil,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("sys.executable", "/no/such/python")
        jobs[0].enqueue(program, [], "Teaching")
        wait_until(lambda: jobs[0].status.state == "failed")
        assert "cannot be started" in jobs[0].status.message
        with pytest.raises(TrainingJobError):
            jobs[1].start(program, [], "Training")
    assert jobs[2].start(program, [], "Training")
    go_on()


def test_what_is_given_is_removed_with_the_job_and_never_written_for_one_that_left(
    jobs: list[Job], program: str, go_on: Callable[[], Any], wait_until: WaitUntil
) -> None:
    running, waiting, _ = jobs
    for job in (running, waiting):
        job.enqueue(program, [], "Teaching", {"--corrections": b"drawings"})
    wait_until(lambda: running.status.state == "running")
    assert running.snapshots
    (lesson,) = running.snapshots.iterdir()
    assert lesson.read_bytes() == b"drawings"
    waiting.stop()
    assert waiting.snapshots is None
    go_on()
    wait_until(lambda: running.status.state == "finished")
    assert not lesson.exists()


@pytest.fixture
def other_server(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has taken its turn in the same folder."""
    program = [sys.executable, "-c", OTHER_SERVER, str(folder)]
    process = subprocess.Popen(
        program, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    with process:
        assert process.stdout.readline() == "taken\n"
        yield process
        process.kill()


def test_servers_on_one_folder_wait_for_each_other(
    other_server: subprocess.Popen[str],
    jobs: list[Job],
    program: str,
    go_on: Callable[[], Any],
    wait_until: WaitUntil,
) -> None:
    training, teaching, _ = jobs
    assert not training.start(program, [], "Training")
    teaching.enqueue(program, [], "Teaching")
    assert (teaching.status.state, teaching.place) == ("waiting", 1)
    other_server.communicate("end\n")  # it leaves the queue
    wait_until(lambda: teaching.status.state == "running")
    go_on()
    wait_until(lambda: teaching.status.state == "finished")
    assert training.start(program, [], "Training")
    go_on()


def test_what_a_killed_server_has_taken_is_given_back_and_told(
    other_server: subprocess.Popen[str], folder: Path
) -> None:
    turns = Turns(folder)
    assert turns.list_lost() == []
    other_server.kill()
    other_server.wait()
    assert turns.list_lost() == Turns(folder).list_lost() == ["keras-cnn"]
    assert turns.take("next")
    assert turns.list_lost() == []
    assert not Turns(folder).take("another")
    turns.leave("next")
    assert not list(folder.glob("*.job"))


def test_without_a_queue_nothing_is_started_and_a_sentence_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    turns = Turns(tmp_path / "file")
    job = Job(turns)
    for start in (job.start, job.enqueue):
        with pytest.raises(TrainingJobError, match=r"^The training cannot be started: [A-Z]\w+"):
            start("fake", [], "Training")
    assert job.status.state == "idle"
    assert turns.list_lost() == []
