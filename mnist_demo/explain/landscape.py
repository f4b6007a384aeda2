"""Test images by what the last hidden layer makes of them, to look for one's own among them."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.samples import ImageSamples
from mnist_demo.explain.embedding import PrincipalAxes, find_principal_axes
from mnist_demo.paths import ASSETS
from mnist_demo.versions.cache import Cache
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

SHIPPED_MAPS = ASSETS / "maps"
IMAGES = 2_000
SEED = 7
FORMAT = "2"  # another one wherever maps come to be made differently


@dataclass(frozen=True)
class Neighbours:
    """Nearest points: their ``indices`` (k,) int64 and Euclidean ``distances`` (k,)."""

    indices: NDArray[np.int64]
    distances: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Landscape:
    """Some test images and what the layer called ``layer`` gives for each.

    Attributes
    ----------
    samples
        n images with their labels.
    points
        (n, units) float32.
    axes
        The plane in which the points differ most.
    nearest_others
        For each image the one that is most like it to the network.
    """

    layer: str
    samples: ImageSamples
    points: NDArray[np.float32]
    axes: PrincipalAxes
    nearest_others: Neighbours

    @cached_property
    def positions(self) -> NDArray[np.float32]:
        """Positions (n, 2) of the points in that plane."""
        return self.axes.project(self.points)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of layer and samples: a key for what is computed from the points."""
        text = f"{self.layer}{self.points.shape}{self.samples.fingerprint}"
        return hashlib.sha256(text.encode()).hexdigest()

    def find_neighbours(self, point: NDArray[np.float32], count: int) -> Neighbours:
        """The ``count`` images that are most like ``point`` (units,), the nearest first."""
        distances = np.linalg.norm(self.points.astype(np.float64) - point, axis=1)
        nearest = distances.argsort(kind="stable")[:count]
        return Neighbours(nearest, distances[nearest])


def choose_images(samples: ImageSamples, count: int = IMAGES) -> ImageSamples:
    """``count`` of the samples at random, always the same ones; all where there are fewer."""
    chosen = np.random.default_rng(SEED).permutation(len(samples))[:count]
    return ImageSamples(samples.pixels[chosen], samples.labels[chosen])


def survey(layer: str, samples: ImageSamples, points: NDArray[np.float32]) -> Landscape:
    """Landscape of ``samples``, for which the layer of this name gives ``points`` (n, ...)."""
    points = points.reshape(len(samples), -1)
    axes, nearest_others = find_principal_axes(points), find_nearest_others(points)
    return Landscape(layer, samples, points, axes, nearest_others)


def find_nearest_others(points: NDArray[np.float32]) -> Neighbours:
    """For each of ``points`` (n, d), n at least 2, the nearest other one and how far it is."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(points)
    distances, indices = search.kneighbors()
    return Neighbours(indices[:, 0], distances[:, 0].astype(np.float64))


def find_kept_map(
    store: Store, version: Version, landscape: Landscape
) -> NDArray[np.float32] | None:
    """Positions (n, 2) of the t-SNE map kept or shipped for these weights and images, or None."""
    for cache in (store.cache("maps"), Cache(SHIPPED_MAPS)):
        content = cache.read(FORMAT, version.key, landscape.fingerprint)
        try:
            positions = np.load(io.BytesIO(content or b""), allow_pickle=False)
        except (ValueError, EOFError):
            continue  # making it again replaces what is damaged
        is_map = positions.shape == (len(landscape.points), 2) and positions.dtype == np.float32
        if is_map and np.isfinite(positions).all():
            return np.asarray(positions)
    return None


def keep_map(
    cache: Cache, version: Version, landscape: Landscape, positions: NDArray[np.float32]
) -> None:
    """Keep positions; where the disk does not take them, they are lost when the program ends."""
    file = io.BytesIO()
    np.save(file, positions, allow_pickle=False)
    cache.write(file.getvalue(), FORMAT, version.key, landscape.fingerprint)
