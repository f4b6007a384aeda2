"""Drawings that are not a digit, made of digits that people drew and of lines.

Training draws non-digits, too, but by other code: `handwriting.non_digits`.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_demo.data.samples import DrawnSamples
from mnist_demo.handwriting import Drawing, place
from mnist_demo.handwriting.curves import Stroke

SEED = 2
LEVEL = np.radians(20)  # the steepest line that is called level
STEEPEST = np.radians(45)
POINTS_OF_WALK = (16, 60)
POINTS_OF_CURVE = 120

Strokes: TypeAlias = list[Stroke]
Points: TypeAlias = NDArray[np.float64]


def two_digits(digits: Sequence[Drawing], rng: Generator) -> Strokes:
    """Two digits as high as each other, the gap 5 to 30 % of their height."""
    left, right = (_scale_to_one(_choose(digits, rng)) for _ in range(2))
    width = max(float(stroke[:, 0].max()) for stroke in left)
    shift = np.array([width + rng.uniform(0.05, 0.3), 0], np.float32)
    return [*left, *(stroke + shift for stroke in right)]


def dots(_: Sequence[Drawing], rng: Generator) -> Strokes:
    """One to five dots."""
    return [_stroke(rng.uniform(0, 1, (1, 2))) for _ in range(int(rng.integers(1, 6)))]


def level_line(_: Sequence[Drawing], rng: Generator) -> Strokes:
    """A line that rises or falls by up to 20 degrees."""
    return [_line(rng.uniform(-LEVEL, LEVEL), rng)]


def rising_line(_: Sequence[Drawing], rng: Generator) -> Strokes:
    """A line that rises to the right by 20 to 45 degrees."""
    return [_line(-rng.uniform(LEVEL, STEEPEST), rng)]


def falling_line(_: Sequence[Drawing], rng: Generator) -> Strokes:
    """A line that falls to the right by 20 to 45 degrees."""
    return [_line(rng.uniform(LEVEL, STEEPEST), rng)]


def cross(_: Sequence[Drawing], rng: Generator) -> Strokes:
    """Two lines that cross near their middle at 50 to 90 degrees."""
    angle = rng.uniform(0, np.pi)
    other = angle + rng.uniform(np.radians(50), np.pi / 2)
    return [_line(a, rng, rng.uniform(0.7, 1), rng.normal(0, 0.05, 2)) for a in (angle, other)]


def jagged_walk(_: Sequence[Drawing], rng: Generator) -> Strokes:
    """Steps of any length in any direction."""
    steps = rng.normal(0, 1, (int(rng.integers(*POINTS_OF_WALK)), 2))
    return [_stroke(np.cumsum(steps, axis=0))]


def smooth_walk(_: Sequence[Drawing], rng: Generator) -> Strokes:
    """A curve without corners that goes where it likes: the sum of slow waves and a drift."""
    time = np.linspace(0, 1, POINTS_OF_CURVE)[:, np.newaxis]
    points = np.asarray(rng.normal(0, 1, 2) * time)
    for wave in range(1, int(rng.integers(5, 11))):
        phase = rng.uniform(0, 2 * np.pi, 2)
        points += rng.normal(0, 1 / np.sqrt(wave), 2) * np.sin(2 * np.pi * wave * time + phase)
    return [_stroke(points)]


def struck_out(digits: Sequence[Drawing], rng: Generator) -> Strokes:
    """A digit under one to three long lines, or under a zigzag."""
    shape = _scale_to_one(_choose(digits, rng))
    points = np.concatenate(shape)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    if rng.random() < 0.3:
        turns = int(rng.integers(6, 12))
        x = np.linspace(-0.5, 0.5, turns)
        y = np.where(np.arange(turns) % 2, 0.5, -0.5) * rng.uniform(0.5, 1.1)
        over = [_stroke(np.column_stack([x, y]) + rng.normal(0, 0.04, (turns, 2)))]
    else:
        angle, count = rng.uniform(-0.9, 0.9), int(rng.integers(1, 4))
        across = np.array([-np.sin(angle), np.cos(angle)]) * rng.uniform(0.15, 0.3)
        places = (np.arange(count) - (count - 1) / 2)[:, np.newaxis] * across
        over = [_line(angle, rng, rng.uniform(1, 1.4), place) for place in places]
    return [*shape, *(stroke + middle for stroke in over)]


NON_DIGITS: dict[str, Callable[[Sequence[Drawing], Generator], Strokes]] = {
    "two_digits": two_digits,
    "dots": dots,
    "level_lines": level_line,
    "rising_lines": rising_line,
    "falling_lines": falling_line,
    "crosses": cross,
    "jagged_walks": jagged_walk,
    "smooth_walks": smooth_walk,
    "struck_out_digits": struck_out,
}
"""From a kind's name to what draws one of it, of digits that people drew."""


def make_non_digits(digits: Sequence[Drawing], kind: str, count: int) -> DrawnSamples:
    """So many drawings of a kind, on canvases as pen samples are, always the same ones."""
    rng = np.random.default_rng((SEED, list(NON_DIGITS).index(kind)))
    return DrawnSamples(tuple(place(NON_DIGITS[kind](digits, rng), rng) for _ in range(count)))


def _choose(digits: Sequence[Drawing], rng: Generator) -> Drawing:
    return digits[int(rng.integers(len(digits)))]


def _scale_to_one(digit: Drawing) -> Strokes:
    """Its strokes, from the origin, with a height of 1; a flat digit is as wide instead."""
    points = np.concatenate(digit.strokes)
    corner, extent = points.min(axis=0), np.ptp(points, axis=0)
    return [(stroke - corner) / max(extent[1], extent[0] / 1.5) for stroke in digit.strokes]


def _line(
    angle: float, rng: Generator, length: float = 1.0, middle: Points | None = None
) -> Stroke:
    """A line, a little bowed, at this angle from the level; y points down."""
    along = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    bow = np.array([-along[1], along[0]]) * rng.normal(0, 0.08)
    time = np.linspace(-1, 1, 15)[:, np.newaxis]
    return _stroke((0 if middle is None else middle) + time * along + (1 - time**2) * bow)


def _stroke(points: Points) -> Stroke:
    return points.astype(np.float32)
