"""What a version answered on a data set, and the measures that follow from it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_demo import refusal
from mnist_demo.classifier import Classify
from mnist_demo.evaluation.measures import (
    Reliability,
    count_confusion,
    find_interval,
    measure_reliability,
)
from mnist_demo.evaluation.samples import NOT_A_DIGIT, Samples

CHUNK = 250

OnProgress = Callable[[int, int], None]  # samples that are done, and all of them


@dataclass(frozen=True)
class Outcome:
    """Answers of one version to the samples of one data set.

    Attributes
    ----------
    labels
        (n,) int64, a class from 0 to 9, or -1 for what belongs to none.
    answers
        (n,) int64, the most probable class from 0 to 9, whether refused or not.
    probabilities
        (n,) float32 in [0, 1], that of the answer.
    scores
        (n,) float32, how much each looks like a digit: see `refusal.score`.
    threshold
        Lower scores are refused; nothing is refused where it is None.
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
    def is_refused(self) -> NDArray[np.bool_]:
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
        """Number of right answers; only the most probable class counts, not a refusal."""
        return int((self.answers == self.labels).sum())

    @property
    def accuracy(self) -> float:
        """Share of right answers among the digits, in [0, 1]; NaN where there are no digits."""
        return self.right / self.digits if self.digits else float("nan")

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """95 % confidence interval of the accuracy."""
        return find_interval(self.right, self.digits)

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """(10, 10) counts of the digits: a row for each label, a column for each answer."""
        return count_confusion(self.labels[self.is_digit], self.answers[self.is_digit])

    @cached_property
    def reliability(self) -> Reliability:
        """How far the probabilities of the digits can be trusted."""
        is_right = (self.answers == self.labels)[self.is_digit]
        return measure_reliability(self.probabilities[self.is_digit], is_right)

    @property
    def digits_refused(self) -> float:
        """Share of the digits that is refused, in [0, 1]; NaN where there are none."""
        return _share(self.is_refused[self.is_digit])

    @property
    def non_digits_refused(self) -> float:
        """Share that is refused of what is no digit, in [0, 1]; NaN where there is none."""
        return _share(self.is_refused[~self.is_digit])

    def select(self, label: int, answer: int) -> NDArray[np.int64]:
        """Indices of the samples in one cell of the confusion matrix, the surest first."""
        chosen = np.flatnonzero((self.labels == label) & (self.answers == answer))
        return chosen[np.argsort(-self.probabilities[chosen], kind="stable")]

    def select_misread(self) -> NDArray[np.int64]:
        """Indices of the digits taken for another one, the surest first."""
        chosen = np.flatnonzero(self.is_digit & (self.answers != self.labels))
        return chosen[np.argsort(-self.probabilities[chosen], kind="stable")]

    def select_refused(self, label: int) -> NDArray[np.int64]:
        """Indices of the refused samples with one label, the most digit-like first."""
        chosen = np.flatnonzero((self.labels == label) & self.is_refused)
        return chosen[np.argsort(-self.scores[chosen], kind="stable")]

    def with_threshold(self, threshold: float | None) -> "Outcome":
        """The same answers with another threshold."""
        return replace(self, threshold=threshold)

    def to_json(self) -> str:
        """All but the threshold, as `from_json` reads it."""
        values: dict[str, Any] = {
            "labels": self.labels.tolist(),
            "answers": self.answers.tolist(),
            "probabilities": [round(float(value), 7) for value in self.probabilities],
            "scores": [round(float(value), 5) for value in self.scores],
        }
        return json.dumps(values)

    @classmethod
    def from_json(cls, text: str) -> "Outcome":
        """Outcome that `to_json` wrote; ValueError, KeyError or TypeError for anything else."""
        values = json.loads(text)
        outcome = cls(
            np.array(values["labels"], np.int64),
            np.array(values["answers"], np.int64),
            np.array(values["probabilities"], np.float32),
            np.array(values["scores"], np.float32),
        )
        if len({len(array) for array in vars(outcome).values() if array is not None}) != 1:
            raise ValueError("the four lists differ in length")
        return outcome


def evaluate(
    classify: Classify,
    samples: Samples,
    threshold: float | None = None,
    on_progress: OnProgress = lambda done, total: None,
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
    return probabilities.argmax(axis=1), probabilities.max(axis=1), refusal.score(logits)


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
