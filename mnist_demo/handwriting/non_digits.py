"""Drawings that are neither a digit nor a letter: scribbles, dots, two digits at once."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_demo.handwriting.curves import Stroke, trace
from mnist_demo.handwriting.deform import write
from mnist_demo.handwriting.prototypes import (
    DIGIT_WIDTHS,
    DIGITS,
    SMALL_LETTERS,
)

Strokes: TypeAlias = tuple[Stroke, ...]

FLAT_ANGLES = (-0.8, 0.9)  # radians, y down: a 1 leans to the right, and further than to the left
BEGINNINGS = {0: (0.3, 0.55), 2: (0.2, 0.4), 3: (0.2, 0.4), 5: (0.3, 0.45), 8: (0.25, 0.4)}
"""From a digit to how much of its first stroke is not a digit yet, and not a 1 either."""


def scribble(rng: Generator) -> Strokes:
    """One long line that wanders about and crosses itself."""
    count = int(rng.integers(7, 22))
    points = rng.uniform(0, 100, (count, 2)) * [1.0, rng.uniform(0.4, 1.6)]
    return (_line(points, rng.random(count) < rng.choice([0.0, 0.0, 0.5, 1.0])),)


def hatching(rng: Generator) -> Strokes:
    """A zigzag to and fro, as if to black something out."""
    turns = int(rng.integers(6, 18))
    across = np.linspace(0, 100, turns)
    along = np.where(np.arange(turns) % 2, 100.0, 0.0) * rng.uniform(0.5, 1.2)
    points = np.column_stack([across, along]) + rng.normal(0, 8, (turns, 2))
    return (_line(_rotate(points, rng), np.full(turns, rng.random() < 0.5)),)


def walk(rng: Generator) -> Strokes:
    """A random walk, jagged or smooth: the pen turns as it likes."""
    count = int(rng.integers(20, 70))
    change = rng.normal(0, rng.uniform(0.3, 2.5), count)  # radians from step to step
    if rng.random() < 0.6:
        change = np.convolve(change, np.ones(5) / 5, "same") + rng.normal(0, 0.2)
    headings = rng.uniform(0, 2 * np.pi) + np.cumsum(change)
    steps = rng.gamma(4.0, 4.0, (count, 1))
    points = np.cumsum(steps * np.column_stack([np.cos(headings), np.sin(headings)]), axis=0)
    return (_line(points, np.full(count, rng.random() < 0.4)),)


def swings(rng: Generator) -> Strokes:
    """A smooth scribble: a pen that swings to and fro in both directions at once."""
    t = np.linspace(0, 1, int(rng.integers(24, 60)))[:, None]
    frequencies, phases = rng.uniform(7, 28, (3, 2)), rng.uniform(0, 2 * np.pi, (3, 2))
    strengths = rng.gamma(2.0, 15.0, (3, 2))
    points = sum(
        s * np.sin(f * t + p) for s, f, p in zip(strengths, frequencies, phases, strict=True)
    )
    drift = rng.normal(0, 40, 2) * t
    return (_line(np.asarray(points + drift), np.zeros(len(t), bool)),)


def lines(rng: Generator) -> Strokes:
    """A level or slanted line that no one would take for a 1, or a few side by side."""
    count = int(rng.choice([1, 1, 1, 2, 3]))
    angle = rng.uniform(*FLAT_ANGLES) if count == 1 else rng.uniform(-np.pi / 2, np.pi / 2)
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]]) * rng.uniform(18, 50)
    starts = np.arange(count)[:, None] * across + rng.normal(0, 5, (count, 2))
    return tuple(_bowed(start, start + 100 * along, rng) for start in starts)


def crosses(rng: Generator) -> Strokes:
    """Two lines that cross in their middle, as a plus, a times, or anything between."""
    angles = rng.uniform(0, np.pi) + np.array([0, rng.uniform(0.8, np.pi / 2)])
    arms = np.column_stack([np.cos(angles), np.sin(angles)]) * rng.uniform(32, 60, (2, 1))
    return tuple(_bowed(-arm + rng.normal(0, 5, 2), arm, rng) for arm in arms)


def arcs(rng: Generator) -> Strokes:
    """A bow that is open on any side."""
    hours = rng.uniform(0, 12) + rng.uniform(5, 8) * np.linspace(0, 1, 7)
    radii = rng.uniform(25, 50, 2)
    points = np.column_stack([np.sin(hours * np.pi / 6), -np.cos(hours * np.pi / 6)]) * radii
    return (_line(points + rng.normal(0, 2, (7, 2)), np.zeros(7, bool)),)


def beginning(rng: Generator) -> Strokes:
    """What there is of a digit when the pen has only just begun it."""
    digit = int(rng.choice([*BEGINNINGS]))
    first = _digit(digit, rng)[0]
    return (first[: max(3, round(len(first) * rng.uniform(*BEGINNINGS[digit])))],)


def dots(rng: Generator) -> Strokes:
    """A stray dot, or a few."""
    places = rng.uniform(0, 100, (int(rng.choice([1, 1, 1, 2, 2, 3, 4, 6])), 2))
    return tuple(np.repeat(place[None], 2, axis=0).astype(np.float32) for place in places)


def strokes_at_random(rng: Generator) -> Strokes:
    """Three to seven strokes, straight or bowed, that belong to nothing."""
    return tuple(_one_stroke_at_random(rng) for _ in range(int(rng.integers(3, 8))))


def rings(rng: Generator) -> Strokes:
    """Rings beside or inside each other, or one with spokes."""
    count = int(rng.integers(2, 5))
    centres = rng.uniform(0, 100, (count, 2)) * [1.0, rng.uniform(0.1, 0.5)]
    return tuple(_ring(centre, rng.uniform(12, 40), rng) for centre in centres)


def two_digits(rng: Generator) -> Strokes:
    """Two digits, or three, side by side: a number, but not a digit."""
    digits = rng.integers(0, 10, int(rng.choice([2, 2, 2, 2, 3, 4])))
    return _side_by_side([_digit(int(digit), rng) for digit in digits], rng)


def word(rng: Generator) -> Strokes:
    """Two or three small letters in a row."""
    texts = [rng.choice(SMALL_LETTERS[letter]) for letter in rng.choice([*SMALL_LETTERS], 3)]
    shown = texts[: int(rng.integers(2, 4))]
    return _side_by_side([write(str(text), 1, rng)[0] for text in shown], rng)


def _side_by_side(shapes: list[Strokes], rng: Generator) -> Strokes:
    strokes: list[Stroke] = []
    edge = 0.0
    for shape in shapes:
        points = np.concatenate(shape)
        shift = np.array([edge - points[:, 0].min(), rng.normal(0, 6)], np.float32)
        strokes += [stroke + shift for stroke in shape]
        edge += float(np.ptp(points[:, 0])) + rng.uniform(-8, 45)
    return tuple(strokes)


def struck_out_digit(rng: Generator) -> Strokes:
    """A digit under strokes that have no business there."""
    shape = _digit(int(rng.choice([2, 3, 5, 6, 8, 9])), rng)
    points = np.concatenate(shape)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    match rng.integers(4):
        case 0:
            over = _cross(rng)
        case 1:
            over = (hatching(rng)[0] * np.float32(rng.uniform(0.6, 1.1)),)
        case 2:
            over = (walk(rng)[0],)
        case _:
            over = _parallels(rng)
    marks = np.concatenate(over)
    shift = middle - (marks.min(axis=0) + marks.max(axis=0)) / 2 + rng.normal(0, 6, 2)
    return (*shape, *(stroke + shift.astype(np.float32) for stroke in over))


def _parallels(rng: Generator) -> Strokes:
    """One to three long lines of any slope."""
    angle, count = rng.uniform(0, np.pi), int(rng.integers(1, 4))
    along = np.array([np.cos(angle), np.sin(angle)]) * rng.uniform(48, 75)
    across = np.array([-along[1], along[0]]) * rng.uniform(0.2, 0.5)
    places = np.arange(count)[:, None] * across
    return tuple(_bowed(place - along, place + along, rng) for place in places)


def digit_in_a_frame(rng: Generator) -> Strokes:
    """A digit with a ring or a box around it."""
    shape = _digit(int(rng.integers(1, 10)), rng)
    points = np.concatenate(shape)
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    return (*shape, _ring(centre, rng.uniform(68, 90), rng))


def fallen_digit(rng: Generator) -> Strokes:
    """A digit lying on its side, of those that are then not digits at all."""
    shape = _digit(int(rng.choice([3, 4, 5])), rng)
    to_the_left = np.array([[0, -1], [1, 0]], np.float32)
    side = to_the_left if rng.random() < 0.5 else to_the_left.T
    return tuple(stroke @ side for stroke in shape)


def _digit(digit: int, rng: Generator) -> Strokes:
    names = [name for name in DIGITS if name.startswith(f"{digit}-")]
    ways = DIGITS[names[int(rng.integers(len(names)))]]
    return write(ways[int(rng.integers(len(ways)))], 1, rng, DIGIT_WIDTHS[str(digit)])[0]


def _one_stroke_at_random(rng: Generator) -> Stroke:
    count = int(rng.integers(2, 5))
    start = rng.uniform(0, 100, 2)
    points = start + np.cumsum(rng.normal(0, 34, (count, 2)), axis=0)
    return _line(points, rng.random(count) < 0.4)


def _ring(centre: NDArray[np.floating], radius: float, rng: Generator) -> Stroke:
    angles = rng.uniform(0, 2 * np.pi) + np.linspace(0, 2 * np.pi * rng.uniform(0.95, 1.1), 9)
    radii = radius * np.exp(rng.normal(0, 0.06, (9, 1)))
    return _line(
        centre + radii * np.column_stack([np.cos(angles), np.sin(angles)]), np.zeros(9, bool)
    )


def _cross(rng: Generator) -> Strokes:
    reach = rng.uniform(45, 75)
    ends = np.array([[[-reach, -reach], [reach, reach]], [[reach, -reach], [-reach, reach]]])
    return tuple(_line(pair + rng.normal(0, 8, (2, 2)), np.zeros(2, bool)) for pair in ends)


def _rotate(points: NDArray[np.float64], rng: Generator) -> NDArray[np.float64]:
    angle = rng.uniform(0, np.pi)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(points @ rotation)


def _bowed(start: NDArray[np.float64], end: NDArray[np.float64], rng: Generator) -> Stroke:
    """A line between two points that is not quite straight."""
    middle = (start + end) / 2 + rng.normal(0, 3, 2)
    return _line(np.stack([start, middle, end]), np.zeros(3, bool))


def _line(points: NDArray[np.float64], is_corner: NDArray[np.bool_]) -> Stroke:
    return trace(points, is_corner).astype(np.float32)


KINDS: dict[str, Callable[[Generator], Strokes]] = {
    "scribble": scribble,
    "hatching": hatching,
    "walk": walk,
    "swings": swings,
    "lines": lines,
    "crosses": crosses,
    "arcs": arcs,
    "beginning": beginning,
    "dots": dots,
    "strokes": strokes_at_random,
    "rings": rings,
    "two-digits": two_digits,
    "word": word,
    "struck-out": struck_out_digit,
    "framed": digit_in_a_frame,
    "fallen": fallen_digit,
}
"""From a kind's name to the function that draws one of its kind."""
