"""Test pictures by what the last hidden layer makes of them, to look for one's own among them."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_demo.embedding import (
    Neighbours,
    PrincipalAxes,
    find_nearest_others,
    find_neighbours,
    find_principal_axes,
)
from mnist_demo.evaluation import ImageSamples

if TYPE_CHECKING:  # importing it loads TensorFlow
    import keras

PICTURES = 2_000
SEED = 7


@dataclass(frozen=True, eq=False)
class Landscape:
    """Some test pictures and what the layer called ``layer`` gives for each.

    Attributes
    ----------
    samples
        n pictures with their labels.
    points
        (n, units) float32.
    axes
        The plane in which the points differ most.
    nearest_others
        For each picture the one that is most like it to the network.
    """

    layer: str
    samples: ImageSamples
    points: NDArray[np.float32]
    axes: PrincipalAxes
    nearest_others: Neighbours

    @cached_property
    def places(self) -> NDArray[np.float32]:
        """Where the points are in that plane, (n, 2)."""
        return self.axes.place(self.points)

    @cached_property
    def fingerprint(self) -> str:
        """Names the points: a key for what is computed from them."""
        text = f"{self.layer}{self.points.shape}{self.samples.fingerprint}"
        return hashlib.sha256(text.encode()).hexdigest()

    def find_neighbours(self, point: NDArray[np.float32], count: int) -> Neighbours:
        """The ``count`` pictures that are most like ``point`` (units,), the nearest first."""
        return find_neighbours(point, self.points, count)

    def measure_agreement(self) -> NDArray[np.float64]:
        """For each class the share of its pictures whose nearest other has the same label.

        NaN for a class that has no pictures.
        """
        labels = self.samples.labels
        agrees = labels == labels[self.nearest_others.indices]
        shares = [agrees[labels == label] for label in range(10)]
        return np.array([share.mean() if len(share) else np.nan for share in shares])


def choose_pictures(samples: ImageSamples, count: int = PICTURES) -> ImageSamples:
    """``count`` of the samples at random, always the same ones; all where there are fewer."""
    chosen = np.random.default_rng(SEED).permutation(len(samples))[:count]
    return ImageSamples(samples.pixels[chosen], samples.labels[chosen])


def survey(model: "keras.Model", samples: ImageSamples, count: int = PICTURES) -> Landscape:
    """Landscape of those of the samples that `choose_pictures` gives."""
    from mnist_demo.hidden import find_last_hidden_layer, read_last_hidden

    few = choose_pictures(samples, count)
    points = read_last_hidden(model, few.pixels)
    axes, nearest_others = find_principal_axes(points), find_nearest_others(points)
    return Landscape(find_last_hidden_layer(model), few, points, axes, nearest_others)
