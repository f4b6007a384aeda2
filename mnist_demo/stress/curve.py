"""Probabilities along one adjustment of an image, and where the answer flips."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.image.adjustments import Adjustment
from mnist_demo.reading.classifier import Classifier
from mnist_demo.stress.answers import ask, ask_outcome

STEPS = 41
HALVINGS = 12


@dataclass(frozen=True)
class Flip:
    """An amount from which on the answer is another one: a class, or None for a rejection."""

    amount: float
    answer: int | None


@dataclass(frozen=True)
class ProbabilityCurve:
    """Probabilities along one adjustment.

    Attributes
    ----------
    amounts
        (n,) float64, rising.
    probabilities
        (n, 10) float32.
    given
        The answer to the image as it is, None where it is rejected.
    flips
        The flips nearest to neutral, below it and above it, None where the answer stays.
    """

    amounts: NDArray[np.float64]
    probabilities: NDArray[np.float32]
    given: int | None
    flips: tuple[Flip | None, Flip | None]


def trace_curve(
    classifier: Classifier, image: NDArray[np.float32], adjustment: Adjustment, steps: int = STEPS
) -> ProbabilityCurve:
    """Curve of one image (28, 28, 1) along an adjustment, the flips found by halving."""
    below = np.linspace(adjustment.low, adjustment.neutral, steps // 2 + 1)
    above = np.linspace(adjustment.neutral, adjustment.high, steps // 2 + 1)
    amounts = np.unique(np.concatenate([below, above]))
    answers = ask(classifier, np.stack([adjustment.apply(image, amount) for amount in amounts]))
    outcomes = [answer.outcome for answer in answers]
    middle = int(np.searchsorted(amounts, adjustment.neutral))

    def find_flip(side: slice) -> Flip | None:
        return _find_flip(classifier, image, adjustment, amounts[side], outcomes[side])

    flips = find_flip(slice(middle, None, -1)), find_flip(slice(middle, None))
    probabilities = np.stack([answer.probabilities for answer in answers])
    return ProbabilityCurve(amounts, probabilities, outcomes[middle], flips)


def _find_flip(
    classifier: Classifier,
    image: NDArray[np.float32],
    adjustment: Adjustment,
    amounts: NDArray[np.float64],
    outcomes: list[int | None],
) -> Flip | None:
    """First amount on the way from neutral, the first of ``amounts``, with another answer."""
    other = next((i for i, outcome in enumerate(outcomes) if outcome != outcomes[0]), None)
    if other is None:
        return None
    same, flip = amounts[other - 1], Flip(float(amounts[other]), outcomes[other])
    for _ in range(HALVINGS):
        middle = float(same + flip.amount) / 2
        outcome = ask_outcome(classifier, adjustment.apply(image, middle))
        if outcome == outcomes[0]:
            same = middle
        else:
            flip = Flip(middle, outcome)
    return flip
