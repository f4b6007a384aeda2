"""Numbers put together from drawn digits, and how many of them are read whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_demo.handwriting import NOT_A_DIGIT, Drawing, find_strokes, render
from mnist_demo.handwriting.canvas_strokes import CANVAS_SIDE
from mnist_demo.handwriting.curves import Stroke
from mnist_demo.progress import OnCount
from mnist_demo.reading.classifier import Classify
from mnist_demo.reading.number import read_number

FILLED = 0.9  # of the canvas's width, at the most, and
TALLEST = 0.5  # of its height
HEIGHTS = (0.85, 1.15)  # of one digit, against the others
BRUSHES = (0.06, 0.16)  # of the digits' height
GAPS = (0.05, 0.4)  # of the digits' height, between the ink of two that do not touch
COMMON = (0.05, 0.5)  # of the brush's width, that the ink of two that touch has in common
FLATTEST = 0.6  # a digit that is lower than this fraction of its width gets no higher than wide
SPACING = 0.02  # of the height, between points that stand for a stroke
SEED = 1


@dataclass(frozen=True)
class Numbers:
    """A kind of number: so many digits, which touch or do not."""

    length: int
    is_touching: bool


KINDS = {
    "one_digit": Numbers(1, False),
    "two_digits_apart": Numbers(2, False),
    "three_digits_apart": Numbers(3, False),
    "two_digits_touching": Numbers(2, True),
    "three_digits_touching": Numbers(3, True),
}


@dataclass(frozen=True)
class NumbersOutcome:
    """Of each number whether it was read whole, and whether that was sure: (n,) bool.

    ``is_whole_as_picture`` is that of its picture, without knowing of strokes.
    """

    is_whole: NDArray[np.bool_]
    is_sure: NDArray[np.bool_]
    is_whole_as_picture: NDArray[np.bool_]


def compose_number(digits: Sequence[Drawing], rng: Generator, is_touching: bool) -> Drawing:
    """A canvas of 320 pixels with the digits side by side, each slid up to the one before.

    One pen writes all of them. Between the ink of two is a gap of 5 to 40 % of their height, at
    the narrowest place; where they touch, they have up to half the pen's width in common. The
    drawing's variant is the number.
    """
    brush = rng.uniform(*BRUSHES)  # with the height of the digits as the unit
    written: list[Stroke] = []
    last: list[Stroke] = []
    for digit in digits:
        strokes = _scale(digit.strokes, rng.uniform(*HEIGHTS))
        gap = -brush * rng.uniform(*COMMON) if is_touching else rng.uniform(*GAPS)
        shift = np.array([_find_shift(last, strokes, brush + gap), 0])
        last = [stroke + shift for stroke in strokes]
        written += last
    text = "".join(str(digit.label) for digit in digits)
    return _fit(written, brush, text)


def measure_numbers(
    digits: Sequence[Drawing], classify: Classify, numbers: Numbers, count: int, on_count: OnCount
) -> NumbersOutcome:
    """Put ``count`` numbers together of digits chosen at random, always the same, and read them."""
    rng = np.random.default_rng((SEED, numbers.length, numbers.is_touching))
    is_whole, is_sure, is_whole_as_picture = np.zeros((3, count), bool)
    for index in range(count):
        chosen = [digits[i] for i in rng.integers(len(digits), size=numbers.length)]
        drawing = compose_number(chosen, rng, numbers.is_touching)
        strokes = find_strokes(drawing.strokes, drawing.brush, drawing.size)
        rgba = render(drawing)
        number = read_number(rgba, classify, strokes)
        is_whole[index] = number.text == drawing.variant
        is_sure[index] = number.is_sure
        is_whole_as_picture[index] = read_number(rgba, classify).text == drawing.variant
        on_count(index + 1, count)
    return NumbersOutcome(is_whole, is_sure, is_whole_as_picture)


def _scale(strokes: Sequence[Stroke], height: float) -> list[Stroke]:
    """Strokes of this height, their middle line at zero; a flat digit stays lower."""
    points = np.concatenate(list(strokes)).astype(np.float64)
    corner, (width, tall) = points.min(axis=0), np.ptp(points, axis=0)
    scale = height / max(tall, FLATTEST * width, 1e-6)
    return [(stroke - corner) * scale - (0, tall * scale / 2) for stroke in strokes]


def _find_shift(before: list[Stroke], strokes: list[Stroke], distance: float) -> float:
    """How far right ``strokes`` must stand to keep this distance from those before."""
    if not before:
        return 0.0
    ours, theirs = _fill_in(strokes), _fill_in(before)
    across = theirs[:, np.newaxis] - ours
    reach = distance**2 - across[..., 1] ** 2
    near = reach > 0
    if not near.any():  # they pass above and below each other
        return float(theirs[:, 0].max() - ours[:, 0].min() + distance)
    return float((across[near][:, 0] + np.sqrt(reach[near])).max())


def _fill_in(strokes: list[Stroke]) -> NDArray[np.float64]:
    """Points along all strokes, near each other."""
    filled = [strokes[0][:1]]
    for stroke in strokes:
        filled.append(stroke[:1])
        for start, end in pairwise(stroke):
            count = int(np.linalg.norm(end - start) / SPACING) + 1
            filled.append(start + (end - start) * np.linspace(0, 1, count + 1)[1:, np.newaxis])
    return np.concatenate(filled)


def _fit(strokes: list[Stroke], brush: float, text: str) -> Drawing:
    points = np.concatenate(strokes)
    corner, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = CANVAS_SIDE * min(FILLED / (extent[0] + brush), TALLEST / (extent[1] + brush))
    middle = corner + extent / 2
    placed = ((one - middle) * scale + CANVAS_SIDE / 2 for one in strokes)
    strokes = [stroke.astype(np.float32) for stroke in placed]
    return Drawing(tuple(strokes), NOT_A_DIGIT, text, brush * scale, CANVAS_SIDE)
