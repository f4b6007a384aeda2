"""A grammar of handwriting: a way of writing is a line of text that stands for many shapes.

A way is written in a box of 100 x 100 with y pointing down, one stroke for each ``|``, and read in
two steps. First the choices are made: ``{a / b}`` is one of its alternatives, each as frequent as
the others and perhaps empty, and ``<name>`` is a part that has a line of its own. What is left is
a row of words::

    x,y           a point that the pen passes in a bow
    x,y!          a point where it turns sharply
    @x,y          a point that is so far from the one before it, in the stroke before if need be
    ring(x,y,width,height,start,sweep)
                  an arc of an ellipse about x,y with these half axes; it starts at an hour of the
                  clock and sweeps so many hours, clockwise where they are positive
    curl(radius,sweep)
                  an arc that goes on in the direction of the pen

Each number may be a range such as ``20..34``, of which every drawing takes a number of its own.
``x,y~9`` differs from hand to hand by about 9 units more, 3 if not given.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

USUAL_SPREAD = 3.0
SPREAD_OF_ARCS = 0.09  # of their radius, and never more than USUAL_SPREAD
HOURS_BETWEEN_POINTS = 1.5
CHOICE = re.compile(r"\{([^{}]*)\}")
PART = re.compile(r"<([^<>]+)>")
WORD = re.compile(r"(@|ring\(|curl\()?([^~!)]+)\)?(?:~(\d+))?(!?)")

Points = NDArray[np.float64]


@dataclass(frozen=True)
class ControlStroke:
    """Control points of one stroke for many hands.

    Places (hands, n, 2), corner flags (n,) and spreads (n,).
    """

    points: Points
    is_corner: NDArray[np.bool_]
    spread: NDArray[np.float64]


@dataclass(frozen=True)
class Word:
    """One word of a stroke: its numbers are ranges (n, 2), each from low to high."""

    kind: str  # "", "@", "ring(" or "curl("
    ranges: NDArray[np.float64]
    spread: float
    is_corner: bool


def choose(way: str, parts: Mapping[str, str], rng: Generator) -> str:
    """The way with all its choices made: only words and ``|`` are left."""
    while "{" in way or "<" in way:
        way = PART.sub(lambda match: f"{{{parts[match[1]]}}}", way)
        way = CHOICE.sub(lambda match: str(rng.choice(match[1].split("/"))), way)
    return way


def sketch(text: str, count: int, rng: Generator) -> tuple[ControlStroke, ...]:
    """Control points of `count` hands for a text whose choices are made."""
    strokes: list[ControlStroke] = []
    before = np.zeros((count, 1, 2))
    for words in parse(text):
        strokes.append(_sketch_stroke(words, before, rng))
        before = strokes[-1].points
    return tuple(strokes)


@cache
def parse(text: str) -> tuple[tuple[Word, ...], ...]:
    """Words of each stroke; ValueError for what is no word."""
    return tuple(tuple(map(_parse_word, stroke.split())) for stroke in text.split("|"))


def _parse_word(text: str) -> Word:
    match = WORD.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no word of the grammar")
    kind, numbers, spread, corner = match.groups()
    ranges = np.array([_parse_range(number) for number in numbers.split(",")])
    return Word(kind or "", ranges, _find_spread(kind, ranges, spread), bool(corner))


def _parse_range(number: str) -> tuple[float, float]:
    one, _, other = number.partition("..")
    ends = float(one), float(other or one)
    return min(ends), max(ends)


def _find_spread(kind: str | None, ranges: NDArray[np.float64], spread: str | None) -> float:
    if spread:
        return float(spread)
    if kind in ("ring(", "curl("):
        radii = ranges[2:4] if kind == "ring(" else ranges[:1]
        return min(float(radii.mean()) * SPREAD_OF_ARCS, USUAL_SPREAD)
    return USUAL_SPREAD


def _sketch_stroke(words: tuple[Word, ...], before: Points, rng: Generator) -> ControlStroke:
    """One stroke; `before` (hands, n, 2) are the points of the stroke before it."""
    path, pieces = before, []
    for word in words:
        low, high = word.ranges.T
        numbers = rng.uniform(low, high, (len(before), len(low)))
        pieces.append(_follow(word, numbers, path))
        path = np.concatenate([path, pieces[-1]], axis=1)
    lengths = [piece.shape[1] for piece in pieces]
    is_corner = np.zeros(sum(lengths), np.bool_)
    is_corner[np.cumsum(lengths) - 1] = [word.is_corner for word in words]
    spread = np.repeat([word.spread for word in words], lengths)
    return ControlStroke(np.concatenate(pieces, axis=1), is_corner, spread)


def _follow(word: Word, numbers: Points, path: Points) -> Points:
    """Points (hands, n, 2) of a word with numbers (hands, m) at the end of a path."""
    match word.kind:
        case "ring(":
            centre, radii, start, sweep = np.split(numbers, [2, 4, 5], axis=1)
            return centre[:, None] + radii[:, None] * _arc(start, sweep, word)
        case "curl(":
            return _curl(numbers[:, :1], numbers[:, 1:], word, path)
        case "@":
            return np.asarray(path[:, -1:] + numbers[:, None])
    return numbers[:, None]


def _curl(radius: Points, sweep: Points, word: Word, path: Points) -> Points:
    """An arc that leaves the end of the path in its direction."""
    hop = path[:, -1] - path[:, -2]
    heading = np.arctan2(hop[:, :1], -hop[:, 1:]) * 6 / np.pi  # the hour that it points to
    start = heading - 3 * np.sign(sweep)
    arc = radius[:, None] * _arc(start, sweep, word)
    return np.asarray(path[:, -1:] + (arc - arc[:, :1])[:, 1:])


def _arc(start: Points, sweep: Points, word: Word) -> Points:
    """Points (hands, n, 2) on the unit circle from hours (hands, 1)."""
    count = int(np.ceil(np.abs(word.ranges[-1]).max() / HOURS_BETWEEN_POINTS)) + 1
    angles = (start + sweep * np.linspace(0, 1, max(count, 3))) * np.pi / 6
    return np.stack([np.sin(angles), -np.cos(angles)], axis=-1)
