"""One job at a time for the server: the others wait, in their order, or leave the queue."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mnist_demo.errors import TrainingJobError
from mnist_demo.training.process import Job
from mnist_demo.training.turns import Turns
from tests.signatures import WaitUntil


@pytest.fixture
def jobs() -> Iterator[list[Job]]:
    """Three jobs of one server."""
    turns = Turns()
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
