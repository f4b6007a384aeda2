"""The weights of a network in training, for a page to try: a file that is never a version."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.recipe import Fit, OnProgress, Progress, Recipe

if TYPE_CHECKING:  # it is given models
    import keras

INTERVAL_S = 1.0


@dataclass(frozen=True)
class Snapshot:
    """The network's weights, in the order of `keras.Model.get_weights`, after ``step`` batches."""

    step: int
    weights: tuple[NDArray[np.float32], ...]


def with_snapshots(fit: Fit, path: Path) -> Fit:
    """``fit``, with a snapshot in ``path`` before a report, if the last one is a second old."""

    def fit_and_save(
        model: "keras.Model", dataset: Dataset, recipe: Recipe, on_progress: OnProgress
    ) -> None:
        next_s = 0.0

        def report(progress: Progress) -> None:
            nonlocal next_s
            if time.monotonic() >= next_s:
                half_written = path.with_suffix(".half-written.npz")
                np.savez(half_written, progress.step, *model.get_weights())
                half_written.replace(path)
                next_s = time.monotonic() + INTERVAL_S
            on_progress(progress)

        fit(model, dataset, recipe, report)

    return fit_and_save


def read_snapshot(path: Path) -> Snapshot | None:
    """The last snapshot in ``path``; None before there is one."""
    try:
        with np.load(path) as file:
            step, *weights = (file[name] for name in file.files)
    except FileNotFoundError:
        return None
    return Snapshot(int(step), tuple(weights))
