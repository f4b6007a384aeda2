"""Drawings that are no digit and no letter either: scribbles, dots, two digits at once."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_demo.handwriting.capitals import CAPITALS
from mnist_demo.handwriting.curves import Stroke, parse_prototype, trace
from mnist_demo.handwriting.deform import write
from mnist_demo.handwriting.digits import PROTOTYPES, WIDTHS
from mnist_demo.handwriting.other_scripts import OTHER_LETTERS
from mnist_demo.handwriting.small_letters import SMALL_LETTERS

LETTERS = CAPITALS | SMALL_LETTERS | OTHER_LETTERS

Strokes: TypeAlias = tuple[Stroke, ...]


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
    return (_line(_turned(points, rng), np.full(turns, rng.random() < 0.5)),)


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
    digits = rng.integers(0, 10, 2 if rng.random() < 0.8 else 3)
    return _side_by_side([_digit(int(digit), rng) for digit in digits], rng)


def word(rng: Generator) -> Strokes:
    """Two or three small letters in a row."""
    texts = [rng.choice(SMALL_LETTERS[letter]) for letter in rng.choice([*SMALL_LETTERS], 3)]
    shown = texts[: int(rng.integers(2, 4))]
    return _side_by_side([write(parse_prototype(str(text)), 1, rng)[0] for text in shown], rng)


def _side_by_side(shapes: list[Strokes], rng: Generator) -> Strokes:
    strokes: list[Stroke] = []
    edge = 0.0
    for shape in shapes:
        points = np.concatenate(shape)
        shift = np.array([edge - points[:, 0].min(), rng.normal(0, 6)], np.float32)
        strokes += [stroke + shift for stroke in shape]
        edge += float(np.ptp(points[:, 0])) + rng.uniform(0, 45)
    return tuple(strokes)


def struck_out_digit(rng: Generator) -> Strokes:
    """A digit under big strokes that have no business there."""
    shape = _digit(int(rng.choice([2, 3, 4, 5, 6, 8, 9])), rng)
    if rng.random() < 0.5:
        return (*shape, *_cross(rng))
    zigzag = hatching(rng)[0] - np.float32(50)
    return (*shape, zigzag * np.float32(rng.uniform(0.6, 1.1)))


def digit_in_a_frame(rng: Generator) -> Strokes:
    """A digit with a ring or a box around it."""
    shape = _digit(int(rng.integers(1, 10)), rng)
    points = np.concatenate(shape)
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    return (*shape, _ring(centre, rng.uniform(68, 90), rng))


def fallen_digit(rng: Generator) -> Strokes:
    """A digit lying on its side, of those that are then no digit at all."""
    shape = _digit(int(rng.choice([3, 4, 5])), rng)
    to_the_left = np.array([[0, -1], [1, 0]], np.float32)
    side = to_the_left if rng.random() < 0.5 else to_the_left.T
    return tuple(stroke @ side for stroke in shape)


def _digit(digit: int, rng: Generator) -> Strokes:
    names = [name for name in PROTOTYPES if name.startswith(f"{digit}-")]
    texts = PROTOTYPES[names[int(rng.integers(len(names)))]]
    prototype = parse_prototype(texts[int(rng.integers(len(texts)))])
    return write(prototype, 1, rng, WIDTHS[str(digit)])[0]


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


def _turned(points: NDArray[np.float64], rng: Generator) -> NDArray[np.float64]:
    angle = rng.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(points @ turn)


def _line(points: NDArray[np.float64], is_corner: NDArray[np.bool_]) -> Stroke:
    return trace(points, is_corner).astype(np.float32)


KINDS: dict[str, Callable[[Generator], Strokes]] = {
    "scribble": scribble,
    "hatching": hatching,
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
