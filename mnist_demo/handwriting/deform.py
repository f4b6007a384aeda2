"""What a hand does to a way of writing: every drawing comes out a little different.

Several drawings of one way are written at once, which is much faster. Paths here are
(drawings, points, 2) float64, in the grammar's units.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_demo.handwriting.curves import Stroke, trace
from mnist_demo.handwriting.grammar import ControlStroke, choose, sketch
from mnist_demo.handwriting.prototypes import PARTS

BOX = 100.0
"""Side of the box that the grammar writes in."""

BOWED_CORNERS = 0.12
"""How often a corner is bowed."""

Paths = NDArray[np.float64]


def write(way: str, count: int, rng: Generator, width: float = 0.75) -> list[tuple[Stroke, ...]]:
    """A way of writing from `count` hands, each in (n, 2) float32 strokes of any unit.

    `width` is the usual width of the way's box for a height of 1. The drawings of one call have
    the same choices made and the same corners bowed and cut, and differ in all else.
    """
    care = rng.gamma(4.0, 0.22, (count, 1, 1))  # how far a hand strays from its way
    strokes = sketch(choose(way, PARTS, rng), count, rng)
    paths = [_trace_jittered(stroke, care, rng) for stroke in strokes]
    paths = _warp(paths, care, rng)
    reach = int(rng.choice([0, 0, 1, 2, 3, 4]))
    shape = _shapes_of_hands(count, width, rng)
    tremor = _tremors(count, rng)
    paths = [(_cut_corners(path, reach) - BOX / 2) @ shape for path in paths]
    written = [_tremble(path, tremor, rng).astype(np.float32) for path in paths]
    return list(zip(*written, strict=True))


def _trace_jittered(stroke: ControlStroke, care: Paths, rng: Generator) -> Paths:
    """Curves with each control point moved, and sometimes a corner bowed."""
    moves = rng.normal(0, 1, stroke.points.shape)
    is_corner = stroke.is_corner & (rng.random(len(stroke.is_corner)) > BOWED_CORNERS)
    return trace(stroke.points + care * stroke.spread[:, None] * moves, is_corner)


def _warp(paths: list[Paths], care: Paths, rng: Generator) -> list[Paths]:
    """Paths moved by three slow waves over the box, so that neighbours move together."""
    count = len(care)
    waves = rng.normal(0, 0.032, (count, 2, 3))  # radians per unit of x and y
    phases = rng.uniform(0, 2 * np.pi, (count, 1, 3))
    push = rng.normal(0, 2.3, (count, 3, 2)) * care
    return [path + np.sin(path @ waves + phases) @ push for path in paths]


def _cut_corners(paths: Paths, reach: int) -> Paths:
    """Paths as a fast hand takes them: averaged along their length, the ends kept."""
    if reach == 0 or paths.shape[1] < 4 * reach:
        return paths
    padded = np.pad(paths, ((0, 0), (reach, reach), (0, 0)), "reflect", reflect_type="odd")
    return _average(padded, 2 * reach + 1)


def _average(paths: Paths, window: int) -> Paths:
    """Running means along the points; `window` - 1 points fewer."""
    return np.asarray(sliding_window_view(paths, window, axis=1).mean(axis=-1))


def _shapes_of_hands(count: int, width: float, rng: Generator) -> Paths:
    """Matrices (count, 2, 2) for row vectors: aspect, then shear, then rotation of the paper."""
    aspect = np.zeros((count, 2, 2))
    aspect[:, 0, 0], aspect[:, 1, 1] = width * np.exp(rng.normal(0, 0.26, count)), 1
    shear = np.tile(np.eye(2), (count, 1, 1))
    shear[:, 1, 0] = -np.clip(rng.normal(0.12, 0.2, count), -0.45, 0.7)
    angle = np.clip(rng.normal(0, 0.11, count), -0.3, 0.3)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(aspect @ shear @ rotation.transpose(2, 0, 1))


def _tremors(count: int, rng: Generator) -> Paths:
    """Strength of tremor (count, 1, 1): for a mouse or an unsteady hand much, else hardly any."""
    unsteady = rng.random(count) < 0.2
    strength = np.where(unsteady, rng.uniform(0.7, 3.5, count), rng.exponential(0.7, count))
    return strength[:, None, None]


def _tremble(paths: Paths, tremor: Paths, rng: Generator) -> Paths:
    count, points, _ = paths.shape
    return paths + tremor * _average(rng.normal(0, 1, (count, points + 4, 2)), 5)
