"""Points of many dimensions in the plane: principal axes and t-SNE."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_demo.progress import OnCount, ignore_count

PERPLEXITY = 30.0  # about how many neighbours of a point count
EXAGGERATED_STEPS, STEPS = 250, 500
REPORT_EVERY = 5  # steps
FIRST_SPREAD = 1e-4
PLACING_STEPS = 50
SEED = 1


@dataclass(frozen=True)
class PrincipalAxes:
    """The plane in which points differ most.

    Attributes
    ----------
    centre
        (d,) float64, the mean of the points.
    axes
        (2, d) float64, orthonormal; the first shows more than the second.
    fractions
        (2,) float64 in [0, 1]: how much of all variance each shows.
    """

    centre: NDArray[np.float64]
    axes: NDArray[np.float64]
    fractions: NDArray[np.float64]

    def project(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Positions (n, 2) float32 of points (n, d), of those it was found from or of others."""
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


def embed_by_tsne(
    points: NDArray[np.float32], start: NDArray[np.float32], on_count: OnCount = ignore_count
) -> NDArray[np.float32]:
    """Positions (n, 2) float32 of ``points`` (n, d) that begin at ``start`` (n, 2).

    The same arguments give the same positions. ``on_count`` gets how many of how many steps are
    done; what it raises ends the work.

    Source: Van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9 (2008).
    """
    import openTSNE

    steps = count(REPORT_EVERY, REPORT_EVERY)
    total = EXAGGERATED_STEPS + STEPS
    on_count(0, total)
    tsne = openTSNE.TSNE(
        initialization=_shrink(start),
        early_exaggeration_iter=EXAGGERATED_STEPS,
        n_iter=STEPS,
        callbacks=lambda *_: on_count(next(steps), total),
        callbacks_every_iters=REPORT_EVERY,
        **_OPTIONS,
    )
    positions = np.asarray(tsne.fit(affinities=_find_affinities(points)))
    return np.asarray(positions - (positions.max(axis=0) + positions.min(axis=0)) / 2, np.float32)


class TsneMap:
    """A finished t-SNE of points (n, d) at ``positions`` (n, 2), into which others are embedded."""

    def __init__(self, points: NDArray[np.float32], positions: NDArray[np.float32]) -> None:
        import openTSNE

        self.positions = positions
        affinities = _find_affinities(points)
        self._embedding = openTSNE.TSNEEmbedding(
            positions.astype(np.float64), affinities, **_OPTIONS
        )

    def embed(self, point: NDArray[np.float32]) -> NDArray[np.float32]:
        """Position (2,) float32 of one more point (d,); all others stay where they are."""
        found = self._embedding.transform(point[np.newaxis], n_iter=PLACING_STEPS)
        return np.asarray(found[0], np.float32)


# One thread, as the sums of several would differ in their last digits.
_OPTIONS: dict[str, Any] = {
    "negative_gradient_method": "bh",
    "n_jobs": 1,
    "random_state": SEED,
}


def _find_affinities(points: NDArray[np.float32]) -> Any:
    from openTSNE.affinity import PerplexityBasedNN

    perplexity = min(PERPLEXITY, (len(points) - 1) / 3)
    return PerplexityBasedNN(points, perplexity, method="exact", n_jobs=1, random_state=SEED)


def _shrink(positions: NDArray[np.float32]) -> NDArray[np.float64]:
    """The same positions around 0, so close together that groups can still pass each other."""
    centred = positions - positions.mean(axis=0, dtype=np.float64)
    return np.asarray(centred * (FIRST_SPREAD / max(float(centred.std()), 1e-12)))
