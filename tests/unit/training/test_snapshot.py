"""Snapshots of a network in training: whole, not too many, never in its way, never a version."""

import errno
import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks import Progress, get_networks
from mnist_demo.training import snapshot
from mnist_demo.training.__main__ import main
from mnist_demo.training.pace import Pace
from mnist_demo.training.snapshot import Publisher, list_steps, read_snapshot, steer
from mnist_demo.versions.store import Store


class Model:
    """Has weights."""

    def __init__(self) -> None:
        self.weights: list[Any] = [np.zeros((2, 3), np.float32), np.ones(1, np.float32)]

    def get_weights(self) -> list[Any]:
        return self.weights


def make_model() -> Any:
    return Model()


def report(step: int, loss: float = 0.5) -> Progress:
    return Progress(1, 1, step, 1000, loss, None)


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """One that writes with each report."""
    monkeypatch.setattr(snapshot, "INTERVAL_S", 0.0)
    monkeypatch.setattr(snapshot, "LARGEST_SHARE", math.inf)
    return Publisher(tmp_path, fail)


def fail(error: OSError) -> None:
    raise error


def test_what_is_read_is_what_was_published(publisher: Publisher, tmp_path: Path) -> None:
    model = make_model()
    publisher.publish(model)
    model.weights[0] = np.arange(6, dtype=np.float32).reshape(2, 3) / 3
    publisher.publish(model, replace(report(7), accuracy=0.25))
    assert list_steps(tmp_path) == [0, 7]
    first, other = read_snapshot(tmp_path, 0), read_snapshot(tmp_path, 7)
    assert (first.step, first.loss, first.accuracy) == (0, None, None)
    assert (other.step, other.loss, other.accuracy) == (7, 0.5, 0.25)
    assert not first.weights[0].any()
    assert other.weights[0].dtype == np.float32
    np.testing.assert_array_equal(other.weights[0], model.weights[0].astype(np.float16))
    with pytest.raises(FileNotFoundError):
        read_snapshot(tmp_path, 8)


def test_there_are_never_too_many_and_the_ends_stay(publisher: Publisher, tmp_path: Path) -> None:
    publisher.publish(make_model())
    for step in range(1, 501):
        publisher.publish(make_model(), report(step))
        steps = list_steps(tmp_path)
        assert len(steps) <= snapshot.MOST
        assert (steps[0], steps[-1]) == (0, step)
    gaps = [after - before for before, after in pairwise(steps)]
    assert len(steps) > snapshot.MOST / 3
    assert max(gaps) <= 4 * 500 / snapshot.MOST


def test_large_networks_have_fewer(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "MOST_BYTES", 14 * 20)  # twenty of seven halves
    for step in range(1, 101):
        publisher.publish(make_model(), report(step))
    assert snapshot.LEAST < len(list_steps(tmp_path)) <= 20


def test_reports_that_follow_fast_do_not_write_each_time(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path, fail)
    train(Pace(), publisher, 5)
    assert list_steps(tmp_path) == [0, 5]


def test_weights_that_are_no_numbers_any_more_are_left_out(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.publish(make_model(), report(3, math.nan))
    publisher.publish(make_model(), report(4, math.inf))
    assert list_steps(tmp_path) == []


def test_a_full_disk_is_told_once_and_the_training_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(path: Path, *_: Any) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    problems: list[OSError] = []
    monkeypatch.setattr(snapshot, "INTERVAL_S", 0.0)
    monkeypatch.setattr(np, "savez", write)
    assert train(Pace(), Publisher(tmp_path, problems.append), 5) == [1, 2, 3, 4, 5]
    assert [error.errno for error in problems] == [errno.ENOSPC]
    assert not list(tmp_path.iterdir())


def test_what_a_kill_left_half_written_is_no_snapshot(tmp_path: Path) -> None:
    (tmp_path / snapshot.HALF_WRITTEN).write_bytes(b"half")
    assert list_steps(tmp_path) == []
    assert list_steps(tmp_path / "nowhere") == []


def train(pace: Pace, publisher: Publisher | None, batches: int) -> list[int]:
    """A training of a model that counts its batches; those that it has reported."""
    reported: list[int] = []

    def fit(model: Model, _: Any, __: Any, on_progress: Callable[[Progress], None]) -> None:
        for batch in range(1, batches + 1):
            model.weights[1] = np.full(1, batch, np.float32)
            on_progress(report(batch))
        model.weights[1] = np.full(1, -1, np.float32)  # averaged, or so

    steered: Any = steer(cast("Any", fit), pace, publisher)
    steered(Model(), None, None, lambda progress: reported.append(progress.step))
    return reported


def test_the_last_snapshot_is_what_the_training_ends_with(
    publisher: Publisher, tmp_path: Path
) -> None:
    train(Pace(), publisher, 3)
    assert list_steps(tmp_path) == [0, 1, 2, 3]
    weights = [float(read_snapshot(tmp_path, step).weights[1][0]) for step in range(4)]
    assert weights == [1, 1, 2, -1]


def test_where_a_training_waits_it_can_be_seen(tmp_path: Path) -> None:
    """However short ago the last snapshot was."""
    pace, seen = Pace(2), []

    def go_on() -> None:
        seen.append(list_steps(tmp_path))
        pace.allow(2)

    pace._on_pause = go_on
    train(pace, Publisher(tmp_path, fail), 6)
    assert seen == [[0, 2], [0, 2, 4], [0, 2, 4, 6]]


@pytest.mark.parametrize("name", ["three-layer", "variables", "keras-cnn"])
def test_each_kind_of_training_shows_its_weights_as_they_change(
    name: str, tiny_dataset: Dataset, publisher: Publisher, tmp_path: Path
) -> None:
    """The lessons train by themselves, with raw variables and with Keras's ``fit``."""
    network = get_networks()[name]
    recipe = network.default_recipe
    values: dict[str, Any] = {"batch_size": 40, "report_every": 1, "epochs": 1, "averaging": None}
    if recipe.steps:
        values["steps"] = 4
    recipe = replace(recipe, **values)
    model = network.build()
    steer(recipe.fit, Pace(), publisher)(model, tiny_dataset, recipe, lambda _: None)
    steps = list_steps(tmp_path)
    assert steps == [0, 1, 2, 3, 4]
    seen = [read_snapshot(tmp_path, step).weights for step in steps]
    assert all((one[-1] != other[-1]).any() for one, other in pairwise(seen))
    for last, weights in zip(seen[-1], model.get_weights(), strict=True):
        np.testing.assert_array_equal(last, weights.astype(np.float16))


def test_the_last_snapshot_has_the_weights_of_the_version(
    own_folders: Path, write_mnist: Callable[..., Path], project_store: Store
) -> None:
    write_mnist(own_folders / "data")
    folder = own_folders / "snapshots"
    folder.mkdir()
    arguments = ["--network", "three-layer", "--steps", "3", "--candidate", "--json"]
    assert main([*arguments, "--snapshots", str(folder)]) == 0
    (candidate,) = project_store.candidates()
    last = read_snapshot(folder, list_steps(folder)[-1])
    assert last.step == 3
    for mine, kept in zip(last.weights, project_store.load(candidate).get_weights(), strict=True):
        np.testing.assert_array_equal(mine, kept)
    assert not list(candidate.folder.glob("*.npz"))
