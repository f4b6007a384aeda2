"""A whole number: several digits side by side, each read on its own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.image.normalization import (
    INK_THRESHOLD,
    Box,
    Normalization,
    find_ink,
    normalize_ink,
)
from mnist_demo.image.segments import Pieces, find_pieces, take_strokes
from mnist_demo.reading.classifier import Classify

MOST_PIECES = 8  # of one digit
APART = 0.1  # how likely it is that a digit has ink apart from the rest
JOINED = 0.3  # how likely it is that two digits touch at a place
COVERED = 0.08  # of the height: so far, hardly farther, a digit reaches over its neighbour's middle
MOST_COVERED = 3 * COVERED
LOWEST, WIDEST = 0.6, 1.15  # of the height of all: few digits are lower, and of their own: wider
MISSHAPEN = 0.03  # how likely it is that a digit is
SURE = 0.6  # confidence from which on a number is sure

Range = tuple[int, int]  # of columns


@dataclass(frozen=True)
class NumberDigit:
    """One digit of a number: where it is in the drawing, what it is, and how sure that is."""

    box: Box
    digit: int
    confidence: float
    ink: NDArray[np.float32]  # (box.height, box.width) in [0, 1], without that of its neighbours
    image: NDArray[np.float32]  # (28, 28, 1) in [0, 1], what the network gets


@dataclass(frozen=True)
class Number:
    """Digits from left to right.

    ``confidence`` in [0, 1] is the probability of these digits against all other ways of parting
    and reading the drawing that were looked at, times that of the worst of them to be a digit.
    """

    digits: tuple[NumberDigit, ...]
    confidence: float

    @property
    def text(self) -> str:
        """The digits in a row."""
        return "".join(str(one.digit) for one in self.digits)

    @property
    def is_sure(self) -> bool:
        """Whether there is hardly a doubt that it is this number."""
        return self.confidence >= SURE


@dataclass(frozen=True)
class Group:
    """Pieces from ``first`` to ``last`` taken as one digit.

    ``probabilities`` (10,) are those of each digit, its shape included; ``is_digit`` is that of any
    digit, which the picture alone tells.
    """

    first: int
    last: int
    steps: Normalization
    probabilities: NDArray[np.float64]
    is_digit: float


@dataclass(frozen=True)
class Row:
    """Groups one after the other up to a certain one.

    ``likelihood`` is theirs, ``total`` that of all rows that end with the same group.
    """

    groups: tuple[Group, ...]
    likelihood: float
    total: float


def read_number(
    rgba: NDArray[np.uint8], classify: Classify, strokes: NDArray[np.bool_] | None = None
) -> Number:
    """The most likely number of a drawing (height, width, 4), one digit or several.

    ``strokes`` (n, height, width) say where each stroke is, in the order of drawing: where that is
    known, a digit is some strokes drawn one after the other. Else the ink is parted. ``classify``
    should belong to a version that knows what is not a digit: its logits then compete with a logit
    of zero for "not a digit". Raises BlankDrawingError where nothing is drawn.
    """
    ink = find_ink(rgba)
    pieces = _part(ink, strokes)
    rows: list[list[Row]] = [[] for _ in pieces.masks]  # by the last piece
    for group in _find_groups(ink, pieces, classify):
        rows[group.last].append(_add(rows, group, pieces))
    best = max(rows[-1], key=lambda row: row.likelihood)
    are_digits = min(group.is_digit for group in best.groups)
    share = best.likelihood / sum(row.total for row in rows[-1])
    return Number(tuple(map(_as_digit, best.groups)), float(share * are_digits))


def _part(ink: NDArray[np.float32], strokes: NDArray[np.bool_] | None) -> Pieces:
    if strokes is not None:
        is_inked = np.asarray((strokes & (ink >= INK_THRESHOLD)).any(axis=(1, 2)))
        if is_inked.any():  # they may all lie beside the canvas
            return take_strokes(_join(strokes[is_inked]))
    return find_pieces(ink)


def _join(strokes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Strokes, those together between which no digit can end.

    There, what is drawn before would reach far over the middle of what is drawn after, or the
    other way round; what stands to the left of a number's digit, and to the right, reaches less.
    """
    height = np.count_nonzero(strokes.any(axis=(0, 2)))
    columns = np.asarray(strokes.any(axis=1))
    starts = [
        index
        for index in range(1, len(strokes))
        if _measure_cover(_find_range(columns[:index]), _find_range(columns[index:]))
        <= MOST_COVERED * height
    ]
    return np.stack([part.any(axis=0) for part in np.split(strokes, starts)])


def _find_range(columns: NDArray[np.bool_]) -> Range:
    inked = np.flatnonzero(columns.any(axis=0))
    return int(inked[0]), int(inked[-1]) + 1


def _measure_cover(before: Range, after: Range) -> float:
    """How far what is drawn before reaches over the middle of what is drawn after, or vice versa.

    Not at all where it is not more than 0.
    """
    return max(before[1] - sum(after) / 2, sum(before) / 2 - after[0])


def _find_groups(ink: NDArray[np.float32], pieces: Pieces, classify: Classify) -> list[Group]:
    """All that may be one digit, with its probabilities; those that end first come first."""
    count = len(pieces)
    spans = [(i, j) for j in range(count) for i in range(max(0, j - MOST_PIECES + 1), j + 1)]
    masks = [pieces.select(*span) for span in spans]
    steps = [normalize_ink(np.where(mask, ink, np.float32(0))) for mask in masks]
    logits, _ = classify(np.stack([one.image for one in steps]))
    odds = np.exp(logits.astype(np.float64))
    likely = odds / (1 + odds.sum(axis=1, keepdims=True))
    height = max(one.box.height for one in steps)
    groups = []
    for span, mask, one, row in zip(spans, masks, steps, likely, strict=True):
        shape = MISSHAPEN if _is_misshapen(one.box, height) else 1
        prior = shape * APART ** _count_gaps(mask)
        groups.append(Group(*span, one, row * prior, float(row.sum())))
    return groups


def _add(rows: list[list[Row]], group: Group, pieces: Pieces) -> Row:
    """The best row that ends with a group."""
    if group.first == 0:
        return Row((group,), group.probabilities.max(), group.probabilities.sum())
    before = rows[group.first - 1]
    weights = [_weigh_cut(row.groups[-1], group, pieces) for row in before]
    best = max(range(len(before)), key=lambda index: before[index].likelihood * weights[index])
    return Row(
        (*before[best].groups, group),
        before[best].likelihood * weights[best] * group.probabilities.max(),
        sum(row.total * weight for row, weight in zip(before, weights, strict=True))
        * group.probabilities.sum(),
    )


def _weigh_cut(before: Group, after: Group, pieces: Pieces) -> float:
    """How likely it is that two digits stand so beside each other, and touch as these do."""
    left, right = before.steps.box, after.steps.box
    cover = _measure_cover((left.left, left.right), (right.left, right.right))
    covered = max(0.0, cover / max(left.height, right.height))
    return float(JOINED ** pieces.bridges[before.last] * np.exp(-covered / COVERED))


def _count_gaps(mask: NDArray[np.bool_]) -> int:
    """Runs of columns without ink between others."""
    return int(np.count_nonzero(np.diff(np.flatnonzero(mask.any(axis=0))) > 1))


def _is_misshapen(box: Box, height: int) -> bool:
    return box.height < LOWEST * height or box.width > WIDEST * box.height


def _as_digit(group: Group) -> NumberDigit:
    best = int(group.probabilities.argmax())
    confidence = float(group.probabilities[best] / group.probabilities.sum())
    steps = group.steps
    return NumberDigit(steps.box, best, confidence, steps.cropped, steps.image)
