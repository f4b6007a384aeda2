"""A whole number: several digits side by side, each read on its own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.image.normalization import Box, Normalization, find_ink, normalize_ink
from mnist_demo.image.segments import Pieces, find_pieces
from mnist_demo.reading.classifier import Classify

MOST_PIECES = 8  # of one digit
APART = 0.1  # how likely it is that a digit has ink apart from the rest
JOINED = 0.3  # how likely it is that two digits touch at a place
LOWEST, WIDEST = 0.6, 1.15  # of the height of all: few digits are lower, and of their own: wider
MISSHAPEN = 0.03  # how likely it is that a digit is
SURE = 0.6  # confidence from which on a number is sure


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

    ``probabilities`` (10,) are those of each digit, where the pieces were parted included;
    ``is_digit`` is that of any digit, which the picture alone tells.
    """

    first: int
    last: int
    box: Box
    steps: Normalization
    probabilities: NDArray[np.float64]
    is_digit: float


def read_number(rgba: NDArray[np.uint8], classify: Classify) -> Number:
    """The most likely number of a drawing (height, width, 4), one digit or several.

    ``classify`` should belong to a version that knows what is not a digit: its logits then compete
    with a logit of zero for "not a digit". Raises BlankDrawingError where nothing is drawn.
    """
    ink = find_ink(rgba)
    pieces = find_pieces(ink)
    groups = _find_groups(ink, pieces, classify)
    best: list[tuple[float, tuple[Group, ...]]] = [(1.0, ())]  # of all that ends before each piece
    total = [1.0]
    for end in range(len(pieces)):
        ending = [group for group in groups if group.last == end]
        choices = [
            (best[one.first][0] * one.probabilities.max(), (*best[one.first][1], one))
            for one in ending
        ]
        best.append(max(choices, key=lambda choice: choice[0]))
        total.append(sum(total[one.first] * one.probabilities.sum() for one in ending))
    likelihood, chosen = best[-1]
    are_digits = min(group.is_digit for group in chosen)
    return Number(tuple(map(_as_digit, chosen)), float(likelihood / total[-1] * are_digits))


def _find_groups(ink: NDArray[np.float32], pieces: Pieces, classify: Classify) -> list[Group]:
    """All that may be one digit, with its probabilities, those of where it was cut included."""
    count = len(pieces)
    spans = [(i, j) for i in range(count) for j in range(i, min(i + MOST_PIECES, count))]
    taken = [_take(ink, pieces, *span) for span in spans]
    logits, _ = classify(np.stack([steps.image for _, steps in taken]))
    odds = np.exp(logits.astype(np.float64))
    likely = odds / (1 + odds.sum(axis=1, keepdims=True))
    height = max(box.height for box, _ in taken)
    groups = []
    for (first, last), (box, steps), row in zip(spans, taken, likely, strict=True):
        bridges = pieces.bridges[last] if last + 1 < count else 0
        gaps = np.count_nonzero(pieces.bridges[first:last] == 0)
        shape = MISSHAPEN if _is_misshapen(box, height) else 1
        prior = JOINED**bridges * APART**gaps * shape
        groups.append(Group(first, last, box, steps, row * prior, float(row.sum())))
    return groups


def _take(
    ink: NDArray[np.float32], pieces: Pieces, first: int, last: int
) -> tuple[Box, Normalization]:
    """The ink of some pieces: its box in the drawing, and the steps to an image of it alone."""
    columns = np.flatnonzero(pieces.select(first, last).any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    labels = pieces.labels[:, left:right]
    is_taken = (labels >= first) & (labels <= last)
    steps = normalize_ink(np.where(is_taken, ink[:, left:right], np.float32(0)))
    box = steps.box
    return Box(box.left + left, box.top, box.right + left, box.bottom), steps


def _is_misshapen(box: Box, height: int) -> bool:
    return box.height < LOWEST * height or box.width > WIDEST * box.height


def _as_digit(group: Group) -> NumberDigit:
    best = int(group.probabilities.argmax())
    confidence = float(group.probabilities[best] / group.probabilities.sum())
    return NumberDigit(group.box, best, confidence, group.steps.cropped, group.steps.image)
