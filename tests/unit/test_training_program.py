"""``python -m mnist_demo.training``: what it says, what it saves, and what a kill leaves."""

import errno
import json
import os
import signal
import subprocess
import sys

import keras
import pytest

from mnist_demo.jobs import Job
from mnist_demo.store import PROJECT
from mnist_demo.training import main

ARGUMENTS = ["--network", "keras-cnn", "--recipe", "plain", "--candidate", "--json"]

KILLED_WHILE_SAVING = """
import os, signal, keras
from mnist_demo import training

save_weights = keras.Model.save_weights

def save_and_die(model, path):
    save_weights(model, path)
    os.truncate(path, os.path.getsize(path) // 2)
    os.kill(os.getpid(), signal.SIGKILL)

keras.Model.save_weights = save_and_die
training.main({arguments})
"""


@pytest.fixture
def job():
    job = Job()
    yield job
    job.stop()


@pytest.fixture
def kept(project_store, model, make_card):
    """A version that was there before."""
    return project_store.keep(project_store.save_candidate(model, make_card()))


@pytest.fixture
def assert_as_before(project_store, kept):
    """Function that checks that the version is there as it was, and no other."""

    def check():
        assert project_store.candidates() == []
        assert [
            v for v in project_store.versions("keras-cnn") if not project_store.is_shipped(v)
        ] == [kept]
        project_store.load(kept)

    return check


@pytest.fixture
def data_file(own_folders, write_mnist):
    return write_mnist(own_folders / "data", repeats=4)


def test_program_trains_and_leaves_a_candidate(data_file, kept, project_store, capsys):
    assert main(ARGUMENTS) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [event["event"] for event in events]
    assert kinds[0] == "stage"
    assert kinds.count("progress") >= 5
    assert kinds[-1] == "finished"
    fractions = [event["fraction"] for event in events if event["event"] == "progress"]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    (candidate,) = project_store.candidates()
    assert candidate.name == events[-1]["version"]
    assert candidate.card.test_accuracy == events[-1]["test_accuracy"]
    project_store.load(candidate)
    project_store.load(kept)


def test_missing_data_is_one_sentence_and_an_exit_code(assert_as_before, capsys):
    assert main(ARGUMENTS) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["event"] == "failed"
    assert "MNIST is missing" in last["message"]
    assert_as_before()


def test_person_reads_the_sentence(data_file, capsys):
    data_file.write_bytes(b"half a file")
    assert main(["--network", "keras-cnn", "--candidate"]) == 1
    assert f"{data_file} is damaged" in capsys.readouterr().err


def test_full_disk_is_one_sentence(data_file, assert_as_before, monkeypatch, capsys):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keras.Model, "save_weights", refuse)
    assert main([*ARGUMENTS, "--epochs", "1"]) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["event"] == "failed"
    assert "cannot be saved" in last["message"]
    assert "No space left on device" in last["message"]
    assert_as_before()


def test_killed_while_training_nothing_has_changed(
    job, data_file, write_mnist, assert_as_before, wait_until
):
    write_mnist(data_file.parent, repeats=100)
    job.start("mnist_demo.training", ARGUMENTS, "Training")
    wait_until(lambda: job.status.progress or job.status.state != "running")
    assert job.status.state == "running", job.status
    assert 0 < job.status.fraction < 1
    os.kill(job._process.pid, signal.SIGKILL)
    wait_until(lambda: job.status.state == "failed")
    assert "ended unexpectedly" in job.status.message
    assert_as_before()


def test_killed_while_saving_nothing_has_changed_and_the_next_training_cleans_up(
    data_file, assert_as_before, project_store, model, make_card
):
    program = KILLED_WHILE_SAVING.format(arguments=ARGUMENTS)
    result = subprocess.run([sys.executable, "-c", program], check=False, cwd=PROJECT)
    assert result.returncode == -signal.SIGKILL
    assert list(project_store.candidates_folder.glob(".*")), "it was killed too early"
    assert_as_before()
    project_store.save_candidate(model, make_card())
    assert not list(project_store.candidates_folder.glob(".*"))
