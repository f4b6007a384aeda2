"""What a version answered on a data set, and the measures that follow from it."""

import gzip
import json
import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.samples import NOT_A_DIGIT, Samples
from mnist_demo.evaluation.measures import (
    Reliability,
    count_confusion,
    find_interval,
    measure_reliability,
)
from mnist_demo.progress import OnCount, ignore_count
from mnist_demo.reading import rejection
from mnist_demo.reading.classifier import Classify

CHUNK = 250
REJECTED = 10  # column of the confusion matrix, after those of the answers
NO_DIGIT = 10  # row of the confusion matrix, after those of the labels
BROKEN = (
    *(OSError, EOFError, zlib.error),
    *(ValueError, LookupError, TypeError, OverflowError, RecursionError),
)


@dataclass(frozen=True)
class Outcome:
    """Answers of one version to the samples of one data set.

    Attributes
    ----------
    labels
        (n,) int64, a class from 0 to 9, or -1 for what belongs to none.
    answers
        (n,) int64, the most probable class from 0 to 9, whether rejected or not.
    probabilities
        (n,) float32 in [0, 1], that of the answer.
    scores
        (n,) float32, how much each looks like a digit: see `rejection.score`.
    threshold
        Lower scores are rejected; nothing is rejected where it is None.
    """

    labels: NDArray[np.int64]
    answers: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    scores: NDArray[np.float32]
    threshold: float | None = None

    @cached_property
    def is_digit(self) -> NDArray[np.bool_]:
        """(n,): whether a sample belongs to one of the classes."""
        return np.not_equal(self.labels, NOT_A_DIGIT)

    @cached_property
    def is_rejected(self) -> NDArray[np.bool_]:
        """(n,): whether the version says that it does not know."""
        if self.threshold is None:
            return np.zeros(len(self.labels), np.bool_)
        return self.scores < self.threshold

    @property
    def digits(self) -> int:
        """Number of samples that belong to one of the classes."""
        return int(self.is_digit.sum())

    @property
    def right(self) -> int:
        """Number of right answers; only the most probable class counts, rejected or not."""
        return int((self.answers == self.labels).sum())

    @property
    def accuracy(self) -> float:
        """Fraction of right answers among the digits, in [0, 1]; NaN where there are no digits."""
        return self.right / self.digits if self.digits else float("nan")

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """95% confidence interval of the accuracy."""
        return find_interval(self.right, self.digits)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """(n,): a sample's label, `NO_DIGIT` for one that belongs to none of the classes."""
        return np.where(self.is_digit, self.labels, NO_DIGIT)

    @cached_property
    def columns(self) -> NDArray[np.int64]:
        """(n,): a sample's answer, or `REJECTED`."""
        return np.where(self.is_rejected, REJECTED, self.answers)

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """Matrix (10, 11) of counts, with a row more where some samples are not digits.

        A row for each label, a column for each answer and one for what is rejected: each sample
        is in one cell.
        """
        return count_confusion(self.rows, self.columns, (10 if self.is_digit.all() else 11, 11))

    @cached_property
    def reliability(self) -> Reliability:
        """How far the probabilities of the digits can be trusted."""
        is_right = (self.answers == self.labels)[self.is_digit]
        return measure_reliability(self.probabilities[self.is_digit], is_right)

    @property
    def digits_rejected(self) -> float:
        """Fraction of the digits that is rejected, in [0, 1]; NaN where there are none."""
        return _mean(self.is_rejected[self.is_digit])

    @property
    def non_digits_rejected(self) -> float:
        """Fraction rejected of what is not a digit, in [0, 1]; NaN where there is none."""
        return _mean(self.is_rejected[~self.is_digit])

    def select(self, row: int, column: int) -> NDArray[np.int64]:
        """Indices of the samples in one cell of the confusion matrix.

        The surest come first; of those that are rejected, the most digit-like.
        """
        chosen = np.flatnonzero((self.rows == row) & (self.columns == column))
        worth = self.scores if column == REJECTED else self.probabilities
        return chosen[np.argsort(-worth[chosen], kind="stable")]

    def select_misread(self) -> NDArray[np.int64]:
        """Indices of the digits taken for another one, the surest first."""
        chosen = np.flatnonzero(self.is_digit & (self.answers != self.labels))
        return chosen[np.argsort(-self.probabilities[chosen], kind="stable")]

    def with_threshold(self, threshold: float | None) -> "Outcome":
        """The same answers with another threshold."""
        return replace(self, threshold=threshold)

    def to_bytes(self) -> bytes:
        """All but the threshold, as `from_bytes` reads it: JSON, compressed."""
        values: dict[str, Any] = {
            "labels": self.labels.tolist(),
            "answers": self.answers.tolist(),
            "probabilities": [round(float(value), 7) for value in self.probabilities],
            "scores": [round(float(value), 5) for value in self.scores],
        }
        return gzip.compress(json.dumps(values).encode(), mtime=0)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Outcome":
        """Outcome that `to_bytes` wrote; ValueError for anything else."""
        try:
            values = json.loads(gzip.decompress(content))
            outcome = cls(
                np.array(values["labels"], np.int64),
                np.array(values["answers"], np.int64),
                np.array(values["probabilities"], np.float32),
                np.array(values["scores"], np.float32),
            )
        except BROKEN as error:
            raise ValueError("this is no outcome") from error
        outcome._check()
        return outcome

    def _check(self) -> None:
        """Raise ValueError where the arrays cannot belong together."""
        arrays = self.labels, self.answers, self.probabilities, self.scores
        if any(array.shape != (len(self.labels),) for array in arrays):
            raise ValueError("the four lists differ in length")
        if not (np.isin(self.labels, range(-1, 10)) & np.isin(self.answers, range(10))).all():
            raise ValueError("labels or answers are no classes")


def evaluate(
    classify: Classify,
    samples: Samples,
    threshold: float | None = None,
    on_progress: OnCount = ignore_count,
) -> Outcome:
    """Outcome of ``classify`` on all samples; what ``on_progress`` raises ends it."""
    total = len(samples)
    parts = []
    on_progress(0, total)
    for start in range(0, total, CHUNK):
        indices = np.arange(start, min(start + CHUNK, total))
        parts.append(_read(classify, samples.images(indices)))
        on_progress(int(indices[-1]) + 1, total)
    answers, probabilities, scores = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Outcome(samples.labels, answers, probabilities, scores, threshold)


def _read(
    classify: Classify, images: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    logits, probabilities = classify(images)
    return probabilities.argmax(axis=1), probabilities.max(axis=1), rejection.score(logits)


def _mean(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
