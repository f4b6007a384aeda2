"""The weights of a network while it trains, for a page to try: files that are never versions."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.recipe import Fit, OnProgress, Progress, Recipe
from mnist_demo.training.pace import Pace
from mnist_demo.versions.weights import to_half

if TYPE_CHECKING:  # it is given models
    import keras

INTERVAL_S = 0.2
LARGEST_SHARE = 0.1  # of the training's time
MOST = 60
LEAST = 8
MOST_BYTES = 128 * 2**20
HALF_WRITTEN = "half-written.npz"


@dataclass(frozen=True)
class Snapshot:
    """A network after ``step`` batches.

    ``loss`` and ``accuracy`` are what was reported then, None where nothing was. ``weights`` are in
    the order of `keras.Model.get_weights`, float32, rounded to half precision as a version's are.
    """

    step: int
    loss: float | None
    accuracy: float | None
    weights: tuple[NDArray[np.float32], ...]


class Publisher:
    """Writes snapshots into a folder, evenly chosen where there would be too many.

    That takes at most a tenth of the training's time. A disk that is full, or fails otherwise, is
    told to ``on_problem`` once, in a reason; the training goes on.
    """

    def __init__(self, folder: Path, on_problem: Callable[[OSError], object]) -> None:
        self._folder = folder
        self._on_problem = on_problem
        self._next_s = 0.0
        self._is_broken = False

    @property
    def is_due(self) -> bool:
        """Whether the last snapshot is old enough for another."""
        return time.monotonic() >= self._next_s

    def publish(self, model: "keras.Model", progress: Progress | None = None) -> None:
        """Write a snapshot of ``model`` as it is after ``progress``; None stands for its beginning.

        Weights that are no numbers any more are not written: nothing can be seen with them.
        """
        if self._is_broken or (progress and not math.isfinite(progress.loss)):
            return
        start_s = time.monotonic()
        step, facts = 0, [math.nan, math.nan]
        if progress:
            step = progress.step
            facts = [progress.loss, math.nan if progress.accuracy is None else progress.accuracy]
        weights = [to_half(values) for values in model.get_weights()]
        try:
            np.savez(self._folder / HALF_WRITTEN, np.array(facts), *weights)
            (self._folder / HALF_WRITTEN).replace(_path(self._folder, step))
            self._thin_out(sum(values.nbytes for values in weights))
        except OSError as error:
            self._is_broken = True
            (self._folder / HALF_WRITTEN).unlink(missing_ok=True)
            self._on_problem(error)
        end_s = time.monotonic()
        self._next_s = end_s + max(INTERVAL_S, (end_s - start_s) / LARGEST_SHARE)

    def _thin_out(self, size: int) -> None:
        """Where there are too many, keep about half of them, at even distances."""
        steps = list_steps(self._folder)
        if len(steps) <= min(max(MOST_BYTES // size, LEAST), MOST):
            return
        kept, gap = steps[0], 2 * (steps[-1] - steps[0]) / len(steps)
        for step in steps[1:-1]:
            if step - kept < gap:
                _path(self._folder, step).unlink()
            else:
                kept = step


def steer(fit: Fit, pace: Pace, publisher: Publisher | None) -> Fit:
    """``fit`` at that pace, with snapshots: at its beginning, with its reports, and at its end."""

    def fit_steered(
        model: "keras.Model", dataset: Dataset, recipe: Recipe, on_progress: OnProgress
    ) -> None:
        last: Progress | None = None

        def report(progress: Progress) -> None:
            nonlocal last
            last = progress
            pace.count(progress.step)
            if publisher and (pace.is_held or publisher.is_due):
                publisher.publish(model, progress)
            on_progress(progress)
            pace.wait()

        if publisher:
            publisher.publish(model)
        pace.wait()
        fit(model, dataset, recipe, report)
        if publisher:
            publisher.publish(model, last)  # averaged or calibrated, as it will be kept

    return fit_steered


def list_steps(folder: Path) -> list[int]:
    """After how many batches there are snapshots, in order; none where there is no folder."""
    names = (path.stem for path in folder.glob("*.npz"))
    return sorted(int(name) for name in names if name.isdigit())


def read_snapshot(folder: Path, step: int) -> Snapshot:
    """The snapshot after ``step`` batches; FileNotFoundError where there is none, or no more."""
    with np.load(_path(folder, step)) as file:
        facts, *weights = (file[name] for name in file.files)
    loss, accuracy = (None if math.isnan(fact) else float(fact) for fact in facts)
    return Snapshot(step, loss, accuracy, tuple(values.astype(np.float32) for values in weights))


def _path(folder: Path, step: int) -> Path:
    return folder / f"{step}.npz"
