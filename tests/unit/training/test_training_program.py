"""``python -m mnist_demo.training``: what it says, what it saves, and what a kill leaves."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import pytest

from mnist_demo.data.catalogue import DATASETS
from mnist_demo.paths import PROJECT
from mnist_demo.training.__main__ import STAGES, main
from mnist_demo.training.process import Job
from mnist_demo.training.turns import Turns
from mnist_demo.versions.card import Card, Version
from mnist_demo.versions.store import Store

ARGUMENTS = ["--network", "keras-cnn", "--recipe", "plain", "--candidate", "--json"]

KILLED_WHILE_SAVING = """
import os, signal, keras
from mnist_demo.training import __main__ as training

def die(_):
    os.kill(os.getpid(), signal.SIGKILL)

os.fsync = die
training.main({arguments})
"""


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    job = Job(Turns(tmp_path / "turns"))
    yield job
    job.stop()


@pytest.fixture
def kept(project_store: Store, model: keras.Model, make_card: Callable[..., Card]) -> Version:
    """A version that was there before."""
    return project_store.keep(project_store.save_candidate(model, make_card()))


@pytest.fixture
def assert_as_before(project_store: Store, kept: Version) -> Callable[..., None]:
    """Function that checks that the version is there as it was, and no other."""

    def check() -> None:
        assert project_store.candidates() == []
        assert [
            v for v in project_store.versions("keras-cnn") if not project_store.is_shipped(v)
        ] == [kept]
        project_store.load(kept)

    return check


@pytest.fixture
def data_file(own_folders: Path, write_mnist: Callable[..., Path]) -> Path:
    return write_mnist(own_folders / "data", repeats=4)


def test_program_trains_and_leaves_a_candidate(
    data_file: Path, kept: Version, project_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(ARGUMENTS) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [event["event"] for event in events]
    assert kinds[0] == "stage"
    assert kinds.count("progress") >= 5
    assert kinds[-1] == "finished"
    assert {event["text"] for event in events if event["event"] == "stage"} <= set(STAGES)
    fractions = [event["fraction"] for event in events if event["event"] == "progress"]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    (candidate,) = project_store.candidates()
    assert candidate.name == events[-1]["version"]
    assert candidate.card.test_accuracy == events[-1]["test_accuracy"]
    project_store.load(candidate)
    project_store.load(kept)


def test_the_stages_of_every_data_set_can_be_translated() -> None:
    assert {f"{verb} {name}" for verb in ("Loading", "Getting") for name in DATASETS} < set(STAGES)


def test_missing_data_is_one_sentence_and_an_exit_code(
    assert_as_before: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(ARGUMENTS) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["event"] == "failed"
    assert "MNIST is missing" in last["message"]
    assert_as_before()


def test_person_reads_the_sentence(data_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data_file.write_bytes(b"half a file")
    assert main(["--network", "keras-cnn", "--candidate"]) == 1
    assert f"{data_file} is damaged" in capsys.readouterr().err


def test_full_disk_is_one_sentence(
    data_file: Path,
    assert_as_before: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keras.Model, "save_weights", refuse)
    assert main([*ARGUMENTS, "--epochs", "1"]) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["event"] == "failed"
    assert "cannot be saved" in last["message"]
    assert "No space left on device" in last["message"]
    assert_as_before()


def test_killed_while_training_nothing_has_changed(
    job: Job,
    data_file: Path,
    write_mnist: Callable[..., Path],
    assert_as_before: Callable[..., None],
    wait_until: Callable[..., Any],
) -> None:
    write_mnist(data_file.parent, repeats=100)
    job.start("mnist_demo.training", ARGUMENTS, "Training")
    wait_until(lambda: job.status.course or job.status.state != "running")
    assert job.status.state == "running", job.status
    assert 0 < (job.status.fraction or 0) < 1
    assert job._process
    os.kill(job._process.pid, signal.SIGKILL)
    wait_until(lambda: job.status.message)
    assert job.status.state != "running"
    assert "was killed" in job.status.message
    assert_as_before()


def test_killed_while_saving_nothing_has_changed_and_the_next_training_cleans_up(
    data_file: Path,
    assert_as_before: Callable[..., None],
    project_store: Store,
    model: keras.Model,
    make_card: Callable[..., Card],
) -> None:
    program = KILLED_WHILE_SAVING.format(arguments=ARGUMENTS)
    result = subprocess.run([sys.executable, "-c", program], check=False, cwd=PROJECT)
    assert result.returncode == -signal.SIGKILL
    assert list(project_store.candidates_folder.glob(".*")), "it was killed too early"
    assert_as_before()
    project_store.save_candidate(model, make_card())
    assert not list(project_store.candidates_folder.glob(".*"))


def test_a_process_that_waits_trains_as_any_other(
    data_file: Path,
    kept: Version,
    project_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--network", "three-layer", "--candidate", "--json", "--steps", "5"]
    assert main(arguments) == 0
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(arguments) + "\nmore\n"))
    assert main(["--wait"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[0] == {"event": "stage", "text": "Ready", "fraction": None}
    assert events[-1]["event"] == "finished"
    one, other = project_store.candidates()
    assert one.card.weights_sha256 == other.card.weights_sha256
    assert sys.stdin.readline() == "more\n"  # what comes after is not its to read


def test_a_process_that_waits_for_nothing_ends(
    project_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert main(["--wait"]) == 0
    assert project_store.candidates() == []
    with pytest.raises(SystemExit):
        main(["--wait", "--network", "three-layer"])


@pytest.mark.parametrize("seed", ["-1", "4294967296", "one"])
def test_a_seed_that_there_is_not_is_one_sentence(
    seed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--network", "keras-cnn", f"--seed={seed}"])
    assert ended.value.code == 2
    assert f"invalid seed value: '{seed}'" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_one_sentence(
    data_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ARGUMENTS, "--tensorboard", str(data_file / "logs")]) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["message"] == f"{data_file / 'logs'} cannot be written: Not a directory."


def test_no_version_is_trained_that_nobody_could_keep(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnist_demo.versions.store.MOST_CANDIDATES", 0)
    assert main(ARGUMENTS) == 1
    (only,) = capsys.readouterr().out.splitlines()
    assert "new versions are waiting to be kept or deleted" in json.loads(only)["message"]
