"""Pen paths written down as a few control points, and the curves through them.

A prototype is a short text, one stroke for each `|`, in a box of 100 x 100 with y
pointing down::

    "22,16! 80,16! 44,92 | 36,54! 70,52"

`x,y` is a point that the pen passes in a bow, `x,y!` one where it turns sharply, and
`x,y~9` a point that differs from writer to writer by about 9 units (3 if not given).
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Stroke: TypeAlias = NDArray[np.float32]
"""The way of the pen from down to up: shape (n, 2), float32, columns x and y, y down."""

USUAL_SPREAD = 3.0
POINTS_PER_SEGMENT = 8


@dataclass(frozen=True)
class ControlStroke:
    """Control points of one stroke: places (n, 2), corner flags (n,), spreads (n,)."""

    points: NDArray[np.float64]
    is_corner: NDArray[np.bool_]
    spread: NDArray[np.float64]


@cache
def parse_prototype(text: str) -> tuple[ControlStroke, ...]:
    """The strokes that a prototype's text describes."""
    return tuple(_parse_stroke(stroke.split()) for stroke in text.split("|"))


def _parse_stroke(words: list[str]) -> ControlStroke:
    places, corners, spreads = [], [], []
    for word in words:
        place, _, spread = word.partition("~")
        spreads.append(float(spread.rstrip("!")) if spread else USUAL_SPREAD)
        corners.append(word.endswith("!"))
        x, y = place.rstrip("!").split(",")
        places.append((float(x), float(y)))
    return ControlStroke(np.array(places), np.array(corners), np.array(spreads))


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
