"""Curves through a few points, as a pen draws them."""

from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Stroke: TypeAlias = NDArray[np.float32]
"""The way of the pen from down to up: shape (n, 2), float32, columns x and y, y down."""

POINTS_PER_SEGMENT = 8


def trace(points: NDArray[np.float64], is_corner: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Curves through points: bowed between corners, straight between two corners.

    `points` is (..., n, 2), `is_corner` (n,); the result is (..., m, 2), in the same units.
    """
    ends = [0, *(np.flatnonzero(is_corner[1:-1]) + 1), len(is_corner) - 1]
    pieces = [catmull_rom(points[..., first : last + 1, :]) for first, last in pairwise(ends)]
    joined = [pieces[0], *(piece[..., 1:, :] for piece in pieces[1:])]
    return np.concatenate(joined, axis=-2)


def catmull_rom(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The centripetal Catmull-Rom spline through (..., n, 2) points, as (..., m, 2) points.

    Source: Barry and Goldman, "A recursive evaluation algorithm for a class of
    Catmull-Rom splines", SIGGRAPH 1988; here in its equal cubic Hermite form.
    """
    hops = np.diff(points, axis=-2)  # (..., n - 1, 2)
    steps = np.sqrt(np.linalg.norm(hops, axis=-1, keepdims=True)) + 1e-6
    tangents = _find_tangents(hops / steps, steps)
    t = np.linspace(0, 1, POINTS_PER_SEGMENT, endpoint=False)[:, None]
    start, hop = points[..., :-1, None, :], hops[..., None, :]  # (..., n - 1, 1, 2)
    leave = (steps * tangents[..., :-1, :])[..., None, :] - hop
    arrive = (steps * tangents[..., 1:, :])[..., None, :] - hop
    curves = start + t * hop + t * (1 - t) * ((1 - t) * leave - t * arrive)
    flat = curves.reshape(*points.shape[:-2], -1, 2)
    return np.concatenate([flat, points[..., -1:, :]], axis=-2)


def _find_tangents(slopes: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tangents (..., n, 2) at n points from the slopes (..., n - 1, 2) between them."""
    before, after = steps[..., :-1, :], steps[..., 1:, :]
    inner = (slopes[..., :-1, :] * after + slopes[..., 1:, :] * before) / (before + after)
    return np.concatenate([slopes[..., :1, :], inner, slopes[..., -1:, :]], axis=-2)
