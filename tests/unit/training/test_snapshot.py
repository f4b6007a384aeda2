"""Snapshots of a network in training: whole, at most once a second, and never a version."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks import Progress, get_networks
from mnist_demo.training import snapshot
from mnist_demo.training.__main__ import main
from mnist_demo.training.snapshot import read_snapshot, with_snapshots
from mnist_demo.versions.store import Store


class Model:
    """Has weights."""

    def __init__(self) -> None:
        self.weights = [np.zeros((2, 3), np.float32), np.ones(1, np.float32)]

    def get_weights(self) -> list[Any]:
        return self.weights


def train(path: Path, batches: int, look: Callable[[Model, Progress], None]) -> None:
    """A training that changes a weight before each report; ``look`` gets the reports."""
    model = Model()

    def fit(model: Model, _: Any, __: Any, on_progress: Callable[[Progress], None]) -> None:
        for batch in range(1, batches + 1):
            model.weights[0] = model.weights[0] + batch
            on_progress(Progress(1, 1, batch, 100, 0.5, None))

    fit_and_save: Any = with_snapshots(fit, path)  # type: ignore[arg-type]
    fit_and_save(model, None, None, lambda progress: look(model, progress))


def test_the_weights_of_the_last_report_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "INTERVAL_S", 0.0)
    path, steps = tmp_path / "snapshot.npz", []
    assert read_snapshot(path) is None

    def look(model: Model, progress: Progress) -> None:
        found = read_snapshot(path)
        assert found
        assert found.step == progress.step
        for read, expected in zip(found.weights, model.weights, strict=True):
            np.testing.assert_array_equal(read, expected)
        steps.append(found.step)

    train(path, 3, look)
    assert steps == [1, 2, 3]
    assert [file.name for file in tmp_path.iterdir()] == ["snapshot.npz"]


def test_reports_that_follow_fast_do_not_write_each_time(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.npz"
    train(path, 3, lambda *_: None)
    found = read_snapshot(path)
    assert found
    assert found.step == 1


@pytest.mark.parametrize("name", ["three-layer", "variables", "keras-cnn"])
def test_each_kind_of_training_shows_its_weights_as_they_change(
    name: str, tiny_dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lessons train by themselves, with raw variables and with Keras's ``fit``."""
    monkeypatch.setattr(snapshot, "INTERVAL_S", 0.0)
    network, path, seen = get_networks()[name], tmp_path / "snapshot.npz", []
    recipe = network.default_recipe
    values = {"batch_size": 40, "report_every": 1, "epochs": 1, "averaging": None}
    if recipe.steps:
        values["steps"] = 4
    recipe = replace(recipe, **values)  # type: ignore[arg-type]

    def look(_: Progress) -> None:
        found = read_snapshot(path)
        assert found
        seen.append(found.weights)

    model = network.build()
    with_snapshots(recipe.fit, path)(model, tiny_dataset, recipe, look)
    assert len(seen) == 4
    assert all((one[-1] != other[-1]).any() for one, other in pairwise(seen))
    for last, weights in zip(seen[-1], model.get_weights(), strict=True):
        np.testing.assert_array_equal(last, weights)


def test_the_program_keeps_a_snapshot_and_its_version_is_another_file(
    own_folders: Path, write_mnist: Callable[..., Path], project_store: Store
) -> None:
    write_mnist(own_folders / "data")
    path = own_folders / "snapshot.npz"
    arguments = ["--network", "three-layer", "--steps", "3", "--candidate", "--json"]
    assert main([*arguments, "--snapshot", str(path)]) == 0
    found, (candidate,) = read_snapshot(path), project_store.candidates()
    assert found
    assert [one.shape for one in found.weights] == [
        one.shape for one in project_store.load(candidate).get_weights()
    ]
    assert not list(candidate.folder.glob("*.npz"))
