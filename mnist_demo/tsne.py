"""t-SNE of some thousand points, exact, with its progress, so that it can be watched and stopped.

Van der Maaten and Hinton, "Visualizing Data using t-SNE" (2008), begun from the principal
components, with the learning rate of Belkina et al. (2019). Every pair of points is looked at:
up to a few thousand points that takes no longer than the approximations for more do.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

PERPLEXITY = 30.0  # about how many neighbours of a point count
STEPS = 750
EXAGGERATED_STEPS = 250  # at first groups are drawn together more than they ought to be
EXAGGERATION = 12.0
FIRST_SPREAD = 1e-4
LOWEST_GAIN = 0.01
ROWS = 50  # points at a time: their distances to all others fit into the processor's cache
SEARCH_STEPS = 50

OnProgress = Callable[[int, int], None]


def embed(
    points: NDArray[np.float32], start: NDArray[np.float32], on_progress: OnProgress
) -> NDArray[np.float32]:
    """Places (n, 2) float32 in the plane, for ``points`` (n, d) that begin at ``start`` (n, 2).

    The same arguments give the same places. ``on_progress`` gets how many of how many steps are
    done; what it raises ends the work.
    """
    on_progress(0, STEPS)
    affinities = find_affinities(points, min(PERPLEXITY, (len(points) - 1) / 3))
    places = start - start.mean(axis=0)
    places = np.asarray(places * (FIRST_SPREAD / max(float(places.std()), 1e-12)), np.float32)
    rate = max(len(points) / EXAGGERATION / 4, 50.0)
    velocity, gains = np.zeros_like(places), np.ones_like(places)
    for step in range(1, STEPS + 1):
        is_early = step <= EXAGGERATED_STEPS
        slope = find_gradient(affinities, places, EXAGGERATION if is_early else 1.0)
        gains = np.where(slope * velocity < 0, gains + 0.2, gains * 0.8)
        gains = np.maximum(gains, LOWEST_GAIN).astype(np.float32)
        velocity = (0.5 if is_early else 0.8) * velocity - rate * gains * slope
        places = places + velocity
        on_progress(step, STEPS)
    return np.asarray(places - places.mean(axis=0), np.float32)


def find_affinities(points: NDArray[np.float32], perplexity: float) -> NDArray[np.float32]:
    """How near the points (n, d) are to each other: (n, n) float32, symmetric, their sum 1.

    Around each point lies a Gaussian as wide as makes its entropy that of ``perplexity`` equal
    neighbours.
    """
    count = len(points)
    squared = measure_squared_distances(points)
    nearness = np.zeros((count, count), np.float64)
    for row in range(count):
        nearness[row] = _weigh(np.delete(squared[row], row), np.log(perplexity), row)
    return np.asarray((nearness + nearness.T) / (2 * count), np.float32)


def _weigh(squared: NDArray[np.float64], entropy: float, own: int) -> NDArray[np.float64]:
    """Weights of all points, their sum 1, from squared distances to all but the ``own`` one."""
    squared = squared - squared.min()
    low, high, precision = 0.0, np.inf, 1 / max(float(squared.mean()), 1e-12)
    for _ in range(SEARCH_STEPS):
        weights = np.exp(-precision * squared)
        total = float(weights.sum())
        found = np.log(total) + precision * float(squared @ weights) / total
        if abs(found - entropy) < 1e-5:
            break
        low, high = (precision, high) if found > entropy else (low, precision)
        precision = precision * 2 if np.isinf(high) else (low + high) / 2
    return np.insert(weights / total, own, 0.0)


def find_gradient(
    affinities: NDArray[np.float32], places: NDArray[np.float32], exaggeration: float = 1.0
) -> NDArray[np.float32]:
    """Gradient (n, 2) of the Kullback-Leibler divergence by the places (n, 2)."""
    count = len(places)
    ones = np.ones((count, 1), np.float32)
    squared = np.sum(places * places, axis=1, keepdims=True)
    left = np.hstack([-2 * places, squared, ones])  # left @ right is 1 plus the squared distance
    right = np.ascontiguousarray(np.hstack([places, ones, squared + 1]).T)
    places_1 = np.hstack([places, ones])
    pulls = np.empty((count, 3), np.float32)  # Σ p q' (x, y, 1), with q' = 1 / (1 + distance²)
    pushes = np.empty((count, 3), np.float32)  # Σ q'² (x, y, 1)
    total = -float(count)  # Σ q' of all pairs of two points
    for first in range(0, count, ROWS):
        rows = slice(first, first + ROWS)
        kernel = left[rows] @ right
        np.reciprocal(kernel, out=kernel)
        total += float(kernel.sum())
        pulls[rows] = (affinities[rows] * kernel) @ places_1
        np.multiply(kernel, kernel, out=kernel)
        pushes[rows] = kernel @ places_1
    forces = exaggeration * pulls - pushes / np.float32(max(total, 1e-12))
    return np.asarray(4 * (forces[:, 2:] * places - forces[:, :2]), np.float32)


def measure_squared_distances(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """Squared Euclidean distances (n, n) between points (n, d)."""
    exact = points.astype(np.float64)
    squares = np.sum(exact * exact, axis=1)
    distances = squares[:, np.newaxis] + squares - 2 * exact @ exact.T
    np.fill_diagonal(distances, 0)
    return np.asarray(np.maximum(distances, 0))
