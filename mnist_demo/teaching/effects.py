"""What a teaching has changed on data that nobody taught: measured before and after."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.catalogue import DRAWINGS, HANDWRITING, MNIST
from mnist_demo.evaluation.keeping import find_kept
from mnist_demo.evaluation.outcome import REJECTED, Outcome
from mnist_demo.reading.rejection import find_threshold
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

ROUNDING = 1e-9  # of differences


@dataclass(frozen=True)
class Bounds:
    """Fractions in [0, 1] that may be lost, of all digits, of a class, of what is rejected."""

    accuracy: float
    recall: float
    rejected: float = 0.02


# An honest lesson costs a class up to 1.2 points of MNIST and 6 of the handwriting; a 4 taught as
# 9, twenty times, at least 3.5 and 35.
TEST_SET_BOUNDS = Bounds(accuracy=0.001, recall=0.02)
HANDWRITING_BOUNDS = Bounds(accuracy=0.003, recall=0.1)


@dataclass(frozen=True)
class Confusion:
    """So many more samples of the class ``label`` are read as ``answer``, or rejected (10)."""

    label: int
    answer: int
    count: int


@dataclass(frozen=True)
class Effect:
    """Outcomes of the same samples before and after a teaching, and what may be lost on them."""

    before: Outcome
    after: Outcome
    bounds: Bounds

    @property
    def accuracy_lost(self) -> float:
        """Fraction of the digits; negative where more are read now."""
        return self.before.accuracy - self.after.accuracy

    @property
    def recall_lost(self) -> NDArray[np.float64]:
        """(10,) the same for each class, of the digits that are read right and not rejected."""
        return _find_recall(self.before) - _find_recall(self.after)

    @property
    def rejected_lost(self) -> float:
        """Fraction of the non-digits that is not rejected any more; NaN without any."""
        return self.before.non_digits_rejected - self.after.non_digits_rejected

    @property
    def is_harmful(self) -> bool:
        """Whether more is lost than the bounds allow."""
        return bool(
            self.accuracy_lost > self.bounds.accuracy + ROUNDING
            or self.recall_lost.max() > self.bounds.recall + ROUNDING
            or self.rejected_lost > self.bounds.rejected + ROUNDING  # never of a NaN
        )

    @property
    def worst(self) -> Confusion:
        """The cell of the confusion matrix that has grown most, right answers left out."""
        grown = (self.after.confusion - self.before.confusion)[:10]
        grown[np.arange(10), np.arange(10)] = 0
        label, answer = np.unravel_index(grown.argmax(), (10, REJECTED + 1))
        return Confusion(int(label), int(answer), int(grown.max()))


def find_test_set(base: Version) -> str:
    """Name of the data set that a copy of ``base`` rehearses and is measured on."""
    name = base.card.dataset
    return MNIST.name if name == DRAWINGS.name else name  # the file is not here any more


def find_effects(store: Store, base: Version, taught: Version) -> dict[str, Effect] | None:
    """By the name of the data; None where one of the two versions is not measured yet.

    What was measured on other samples, as with a test set of one's own, is left out.
    Raises ModelVersionError where a version's rejection threshold is no number.
    """
    bounds = {find_test_set(base): TEST_SET_BOUNDS, HANDWRITING.name: HANDWRITING_BOUNDS}
    effects = {}
    for data, bound in bounds.items():
        before, after = (_find_outcome(store, version, data) for version in (base, taught))
        if before is None or after is None:
            return None
        if np.array_equal(before.labels, after.labels):
            effects[data] = Effect(before, after, bound)
    return effects


def _find_outcome(store: Store, version: Version, data: str) -> Outcome | None:
    outcome = find_kept(store, version, data)
    return outcome and outcome.with_threshold(find_threshold(version.card.settings))


def _find_recall(outcome: Outcome) -> NDArray[np.float64]:
    """(10,): of each class, the fraction that is read right and not rejected; 1 without any."""
    counts = outcome.confusion[:10]
    return np.asarray((counts.diagonal() + 1e-9) / (counts.sum(axis=1) + 1e-9))
