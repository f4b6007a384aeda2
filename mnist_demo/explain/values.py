"""What this room's engines are asked and what they answer: values that need NumPy alone."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Map: TypeAlias = NDArray[np.float32]  # (28, 28)


@dataclass(frozen=True)
class Target:
    """A class, or a class against another: the logit of the first minus that of the second."""

    first: int
    against: int | None = None

    @property
    def weights(self) -> NDArray[np.float32]:
        """(10,) float32: the target is the logits times these, summed."""
        weights = np.zeros(10, np.float32)
        weights[self.first] = 1
        if self.against is not None:
            weights[self.against] -= 1
        return weights


@dataclass(frozen=True)
class IntegratedGradients:
    """``values`` (28, 28) add up to ``change`` of the target, but for the ``residual``."""

    values: Map
    change: float

    @property
    def total(self) -> float:
        """Sum of all values."""
        return float(self.values.sum(dtype=np.float64))

    @property
    def residual(self) -> float:
        """Sum of all values minus the target's change from the empty image to this one."""
        return self.total - self.change


@dataclass(frozen=True)
class GradientStep:
    """A small step of this ``length`` along a gradient: what it promises, and what happens."""

    length: float
    promised: float
    measured: float


@dataclass(frozen=True)
class NoiseRepeat:
    """Rank correlation in [-1, 1] of a map with one that was made with other noise."""

    correlation: float


Claim: TypeAlias = GradientStep | IntegratedGradients | NoiseRepeat


@dataclass(frozen=True)
class Deletion:
    """How far the target falls without ``count`` pixels of ink.

    ``fall`` is without those that a map ranks highest, ``random_fall`` the mean over others of the
    same number, chosen at random.
    """

    count: int
    fall: float
    random_fall: float


@dataclass(frozen=True)
class Attribution:
    """A map of one method, and what was tried out to check it.

    Attributes
    ----------
    values
        None where the network has none.
    claim
        Check of what this method alone claims, None where it claims no number.
    deletion
        None where there is too little ink to delete, or no map.
    """

    method: str
    values: Map | None
    claim: Claim | None = None
    deletion: Deletion | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it is zero in every pixel, and so ranks none of them."""
        return self.values is not None and not self.values.any()


@dataclass(frozen=True)
class RandomizedMap:
    """The map (28, 28) once ``layer`` and all layers after it have random weights.

    ``similarity`` is the rank correlation of its values, with their signs, with those before, in
    [-1, 1]: near 1 means that the map does not depend on what the network has learned.
    """

    layer: str
    values: Map
    similarity: float


@dataclass(frozen=True)
class ChannelActivations:
    """What many images make of the channels or units of one layer.

    ``highest`` and ``mean`` are (n, channels) float32: over all pixels of a map, or the value of
    the unit itself, twice.
    """

    highest: NDArray[np.float32]
    mean: NDArray[np.float32]

    def top(self, channel: int, count: int = 9) -> NDArray[np.int64]:
        """Indices of the images that activate a channel most somewhere, the strongest first."""
        return np.argsort(-self.highest[:, channel], kind="stable")[:count]

    def mean_of_classes(
        self, channel: int, labels: NDArray[np.int64], classes: int = 10
    ) -> NDArray[np.float64]:
        """(classes,) mean of a channel over all images of each class; NaN for a class of none."""
        counts = np.bincount(labels, minlength=classes)
        sums = np.bincount(labels, self.mean[:, channel], classes)
        return np.where(counts, sums / np.maximum(counts, 1), np.nan)


@dataclass(frozen=True)
class MaximizedImage:
    """An image (28, 28, 1) in [0, 1] that maximises a channel, and the channel's mean there."""

    image: NDArray[np.float32]
    activation: float
