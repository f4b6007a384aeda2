"""What one training step did, as values."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class WeightUpdate:
    """What a step did to one array of weights; all arrays are float32 of its shape.

    ``slots`` is what the optimizer had remembered of each weight before the step: ``momentum``,
    ``velocity``, both or nothing.
    """

    before: NDArray[np.float32]
    gradient: NDArray[np.float32]
    after: NDArray[np.float32]
    slots: Mapping[str, NDArray[np.float32]]

    @property
    def step(self) -> NDArray[np.float32]:
        """What was subtracted; NaN where the weight was no number any more."""
        with np.errstate(invalid="ignore", over="ignore"):
            return self.before - self.after


@dataclass(frozen=True)
class StepRecord:
    """What is kept of every step.

    Attributes
    ----------
    number
        Counts from 1.
    learning_rate
        That of this step.
    loss, accuracy
        Those of its batch before the step, the latter in [0, 1].
    weight_norm, step_norm
        Euclidean norms of all weights before the step, and of what was subtracted.
    """

    number: int
    learning_rate: float
    loss: float
    accuracy: float
    weight_norm: float
    step_norm: float

    @property
    def ratio(self) -> float:
        """How many times as large the step was as the weights; NaN where these were zero."""
        return self.step_norm / self.weight_norm if self.weight_norm else float("nan")


@dataclass(frozen=True, eq=False)
class TrainingStep:
    """One step: its batch, and what it did to all weights.

    Attributes
    ----------
    settings
        The optimizer's own numbers by Keras's names, such as ``beta_1``.
    images, labels
        The batch: (n, 28, 28, 1) float32 in [0, 1], (n,) int64.
    losses
        (n,) float32: the loss of each picture before the step; their mean is the record's.
    updates
        One for each array of weights, by ``layer/weight``, such as ``conv_1/kernel``.
    """

    record: StepRecord
    settings: Mapping[str, float]
    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    losses: NDArray[np.float32]
    updates: Mapping[str, WeightUpdate]

    @property
    def kernels(self) -> dict[str, WeightUpdate]:
        """The updates of those weights that are multiplied by inputs, by their names."""
        return {name: one for name, one in self.updates.items() if one.before.ndim > 1}

    @property
    def has_no_gradient(self) -> bool:
        """Whether the gradient of every kernel is exactly zero."""
        return not any(one.gradient.any() for one in self.kernels.values())

    @property
    def is_all_zero(self) -> bool:
        """Whether all kernels were exactly zero before the step."""
        return not any(one.before.any() for one in self.kernels.values())
