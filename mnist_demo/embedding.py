"""Many numbers to a place in a plane, and who is near whom before that."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.tsne import measure_squared_distances


@dataclass(frozen=True)
class PrincipalAxes:
    """The plane in which points differ most.

    Attributes
    ----------
    centre
        (d,) float64, the mean of the points.
    axes
        (2, d) float64, orthonormal; the first shows more than the second.
    shares
        (2,) float64 in [0, 1]: how much of all variance each shows.
    """

    centre: NDArray[np.float64]
    axes: NDArray[np.float64]
    shares: NDArray[np.float64]

    def place(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Places (n, 2) float32 of points (n, d), also of others than it was found from."""
        return np.asarray((points - self.centre) @ self.axes.T, np.float32)


def find_principal_axes(points: NDArray[np.float32]) -> PrincipalAxes:
    """Principal component analysis of points (n, d) by singular values.

    The largest number of an axis is positive, so that a map is not mirrored the next time. Where
    the points have but one direction, the second axis is zero.
    """
    centre = points.mean(axis=0, dtype=np.float64)
    _, lengths, directions = np.linalg.svd(points - centre, full_matrices=False)
    axes = np.vstack([directions, np.zeros_like(directions[:1])])[:2]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1, keepdims=True), axis=1)
    total = max(float(np.sum(lengths**2)), np.finfo(np.float64).tiny)
    return PrincipalAxes(centre, axes * np.sign(largest), np.append(lengths, 0)[:2] ** 2 / total)


@dataclass(frozen=True)
class Neighbours:
    """Points that are near: their ``indices`` (k,) int64 and Euclidean ``distances`` (k,)."""

    indices: NDArray[np.int64]
    distances: NDArray[np.float64]

    def place_among(self, places: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mean (2,) of the neighbours' ``places`` (n, 2), the nearer ones counting more.

        Each counts by one over its distance; one that is no distance away counts alone.
        """
        weights = 1 / np.maximum(self.distances, 1e-9)
        return np.asarray(weights @ places[self.indices] / weights.sum(), np.float32)


def find_neighbours(
    point: NDArray[np.float32], points: NDArray[np.float32], count: int
) -> Neighbours:
    """The ``count`` nearest of ``points`` (n, d) to ``point`` (d,), the nearest first."""
    distances = np.linalg.norm(points.astype(np.float64) - point, axis=1)
    nearest = distances.argsort(kind="stable")[:count]
    return Neighbours(nearest, distances[nearest])


def find_nearest_others(points: NDArray[np.float32]) -> Neighbours:
    """For each of ``points`` (n, d), n at least 2, the nearest other one and how far it is."""
    squared = measure_squared_distances(points)
    np.fill_diagonal(squared, np.inf)
    nearest = squared.argmin(axis=1)
    return Neighbours(nearest, np.sqrt(squared[np.arange(len(points)), nearest]))
