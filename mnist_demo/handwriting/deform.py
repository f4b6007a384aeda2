"""What a hand does to a prototype: every drawing of it comes out a little different."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_demo.handwriting.curves import ControlStroke, Stroke, trace

BOX = 100.0
"""Side of the box that prototypes are written in."""


def write(prototype: tuple[ControlStroke, ...], rng: Generator, width: float = 0.7) -> tuple[Stroke, ...]:
    """One person's writing of a prototype: strokes of (n, 2) float32 points, in any units.

    `width` is the usual width of the prototype's box for a height of 1.
    """
    care = rng.gamma(4.0, 0.22)  # how far this hand strays from the prototype
    paths = [_trace_jittered(stroke, care, rng) for stroke in prototype]
    warp = _smooth_warp(care, rng)
    paths = [_cut_corners(warp(path), rng) for path in paths]
    shape = _shape_of_hand(width, rng)
    return tuple(_tremble((path - BOX / 2) @ shape.T, rng).astype(np.float32) for path in paths)


def _trace_jittered(stroke: ControlStroke, care: float, rng: Generator) -> NDArray[np.float64]:
    """The stroke's curve with each control point moved, and sometimes a corner bowed."""
    moved = stroke.points + rng.normal(0, care, stroke.points.shape) * stroke.spread[:, None]
    is_corner = stroke.is_corner & (rng.random(len(moved)) > 0.12)
    return trace(moved, is_corner)


class _SmoothWarp:
    """A displacement that varies slowly over the box, so that neighbours move together."""

    def __init__(self, amplitude: float, rng: Generator) -> None:
        self._waves = rng.normal(0, 0.016, (3, 2)) * 2  # radians per unit, for x and y
        self._phases = rng.uniform(0, 2 * np.pi, 3)
        self._push = rng.normal(0, amplitude / np.sqrt(3), (3, 2))

    def __call__(self, path: NDArray[np.float64]) -> NDArray[np.float64]:
        return path + np.sin(path @ self._waves.T + self._phases) @ self._push


def _smooth_warp(care: float, rng: Generator) -> _SmoothWarp:
    return _SmoothWarp(4.0 * care, rng)


def _cut_corners(path: NDArray[np.float64], rng: Generator) -> NDArray[np.float64]:
    """The path as a fast hand takes it: averaged along its length, its two ends kept."""
    reach = int(rng.choice([0, 0, 1, 2, 3, 5]))
    if reach == 0 or len(path) < 4 * reach:
        return path
    padded = np.pad(path, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    window = 2 * reach + 1
    return np.lib.stride_tricks.sliding_window_view(padded, window, axis=0).mean(axis=-1)


def _shape_of_hand(width: float, rng: Generator) -> NDArray[np.float64]:
    """Matrix (2, 2) of one hand's aspect, slant and turn of the paper."""
    aspect = np.diag([width * np.exp(rng.normal(0, 0.22)), 1.0])
    slant = np.array([[1.0, -np.clip(rng.normal(0.12, 0.2), -0.45, 0.7)], [0.0, 1.0]])
    turn = np.clip(rng.normal(0, 0.09), -0.25, 0.25)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return rotation @ slant @ aspect


def _tremble(path: NDArray[np.float64], rng: Generator) -> NDArray[np.float64]:
    """The path with a tremor: strong for a mouse or an unsteady hand, else hardly any."""
    strength = rng.exponential(0.5) if rng.random() < 0.8 else rng.uniform(0.5, 2.5)
    noise = rng.normal(0, strength, (len(path) + 4, 2))
    return path + np.lib.stride_tricks.sliding_window_view(noise, 5, axis=0).mean(axis=-1) * 1.5
