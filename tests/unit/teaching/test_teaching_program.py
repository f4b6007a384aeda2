"""``python -m mnist_demo.teaching``: what it says, what it saves, and what a kill leaves."""

import errno
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from mnist_demo.data.dataset import Dataset
from mnist_demo.evaluation import find_kept
from mnist_demo.paths import PROJECT
from mnist_demo.teaching import __main__ as teaching
from mnist_demo.teaching.effects import find_effects
from mnist_demo.teaching.lesson import Lesson
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store

SMALL = """
from functools import partial
from dataclasses import replace
from mnist_demo.data.samples import make_handwriting
from mnist_demo.teaching import __main__ as teaching, rehearsal, teach
teaching.make_handwriting = partial(make_handwriting, 20, 10)
rehearsal.rehearse = partial(rehearsal.rehearse, amounts=rehearsal.Amounts(60, 20, 10))
teach.teach = partial(teach.teach, effort=replace(teach.USUAL, rehearsed=32, steps=20))
"""
KILLED_WHILE_SAVING = """
import os, signal

def die(_):
    os.kill(os.getpid(), signal.SIGKILL)

os.fsync = die
teaching.main({arguments})
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A visitor's folder."""
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


@pytest.fixture
def base(project_store: Store) -> Version:
    """A version that was trained here; it has no measures yet."""
    shipped = project_store.shipped("three-layer", "plain")
    return project_store.keep(
        project_store.save_candidate(project_store.load(shipped), shipped.card)
    )


@pytest.fixture
def arguments(
    own: Path,
    tmp_path: Path,
    tiny_dataset: Dataset,
    write_mnist: Callable[..., Path],
    base: Version,
) -> list[str]:
    """Command line for a lesson of three; MNIST is tiny."""
    write_mnist(tmp_path / "data")
    lesson = Lesson(tiny_dataset.train_images[:3], tiny_dataset.train_labels[:3])
    (tmp_path / "lesson").write_bytes(lesson.to_bytes())
    files = ["--corrections", str(tmp_path / "lesson"), "--own", str(own)]
    return ["--version", base.name, *files]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in this process, with little to rehearse and to measure."""
    from mnist_demo.teaching import rehearsal, teach

    for module, name in (
        (teaching, "make_handwriting"),
        (rehearsal, "rehearse"),
        (teach, "teach"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))  # put back afterwards
    exec(SMALL, {})


@pytest.fixture
def run(
    small: None, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> Callable[[], tuple[int, Any]]:
    def run() -> tuple[int, Any]:
        code = teaching.main(arguments)
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_program_teaches_and_leaves_one_visitors_version(
    run: Callable[[], tuple[int, Any]], own: Path, base: Version
) -> None:
    code, events = run()
    assert code == 0
    assert events[-1]["event"] == "finished"
    stages = {event["text"] for event in events if event["event"] == "stage"}
    assert {teaching.GATHERING, teaching.BEFORE, teaching.NOW} < stages
    store = open_store(own)
    (taught,) = store.own_candidates()
    assert taught.name == events[-1]["version"]
    assert store.candidates() == open_store().candidates() == []
    settings = taught.card.settings
    assert (settings["taught"], settings["taught_from"]) == (3, base.name)
    assert taught.card.weights_sha256 != base.card.weights_sha256
    weights = store.load(taught).get_weights()
    for values in weights:
        np.testing.assert_array_equal(values, values.astype(np.float16))
    assert store.read_history(taught)
    effects = find_effects(store, base, taught) or {}
    assert set(effects) == {"mnist", "handwriting"}
    assert len(effects["handwriting"].before.labels) == 30
    now = effects["mnist"].after
    assert now.accuracy == pytest.approx(taught.card.test_accuracy)
    assert find_kept(open_store(), taught, "mnist") is None, "it is in this visitor's folder"


def test_other_samples_are_not_compared(
    run: Callable[[], tuple[int, Any]], own: Path, arguments: list[str]
) -> None:
    arguments[1] = "three-layer-plain"  # measured on all of MNIST
    code, _ = run()
    store = open_store(own)
    shipped = store.shipped("three-layer", "plain")
    assert (code, find_effects(store, shipped, store.own_candidates()[0])) == (0, {})


def test_what_is_missing_is_one_sentence(
    run: Callable[[], tuple[int, Any]], arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "data" / "mnist.npz").unlink()
    code, events = run()
    assert (code, events[-1]["event"]) == (1, "failed")
    assert "MNIST is missing" in events[-1]["message"]
    arguments[1] = "gone"
    assert "gone is not here any more" in run()[1][-1]["message"]
    (tmp_path / "lesson").unlink()
    assert "cannot be read: No such file" in run()[1][-1]["message"]


def test_full_disk_is_one_sentence(
    run: Callable[[], tuple[int, Any]], own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keras.Model, "save_weights", refuse)
    code, events = run()
    assert code == 1
    assert "No space left on device" in events[-1]["message"]
    assert open_store(own).own_candidates() == []


def test_killed_while_publishing_there_is_no_version(own: Path, arguments: list[str]) -> None:
    arguments[1] = "three-layer-plain"  # whose measures are here: it writes nothing before
    program = SMALL + KILLED_WHILE_SAVING.format(arguments=arguments)
    result = subprocess.run([sys.executable, "-c", program], check=False, cwd=PROJECT)
    assert result.returncode == -signal.SIGKILL
    assert list((own / "candidates").glob(".*")), "it was killed too early"
    assert open_store(own).own_candidates() == []


def test_one_that_is_not_measured_yet_has_no_effects(
    own: Path, store: Store, make_model: Any, make_card: Any
) -> None:
    """As when the process is killed between saving and measuring."""
    store = Store(store.shipped_folder, store.trained_folder, own)
    base = store.keep(store.save_candidate(make_model(1), make_card()))
    taught = store.save_own(make_model(2), make_card())
    assert find_effects(store, base, taught) is None
