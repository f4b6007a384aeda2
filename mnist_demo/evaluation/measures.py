"""Measures of how well a classifier reads: counts and probabilities in, numbers out."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

BINS = 15
NORMAL_QUANTILE = 1.959963984540054  # 97.5 % of a normal distribution lies below


@dataclass(frozen=True)
class Reliability:
    """Top probability against truth, in bins of equal width.

    Attributes
    ----------
    edges
        (bins + 1,) float64 from 0 to 1; a bin holds its upper edge, and the first one 0 too.
    counts
        (bins,) int64, answers in each bin.
    confidence
        (bins,) float64 in [0, 1], mean top probability; NaN in an empty bin.
    accuracy
        (bins,) float64 in [0, 1], share of right answers; NaN in an empty bin.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def expected_calibration_error(self) -> float:
        """Mean distance of confidence and accuracy, weighted by counts; NaN without answers.

        Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks",
        ICML 2017, equation 3.
        """
        if not self.counts.sum():
            return float("nan")
        gaps = np.abs(self.accuracy - self.confidence)
        return float(np.nansum(gaps * self.counts) / self.counts.sum())


def measure_reliability(
    probabilities: NDArray[np.floating], is_right: NDArray[np.bool_], bins: int = BINS
) -> Reliability:
    """Reliability diagram of top probabilities (n,) in [0, 1] and whether each was right (n,)."""
    confidence = probabilities.astype(np.float64)
    index = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(index, minlength=bins)
    sums = np.bincount(index, confidence, bins), np.bincount(index, is_right, bins)
    means = [np.where(counts, total / np.maximum(counts, 1), np.nan) for total in sums]
    return Reliability(np.linspace(0, 1, bins + 1), counts, means[0], means[1])


def find_interval(successes: int, trials: int) -> tuple[float, float]:
    """95 % confidence interval (low, high) in [0, 1] of a share; (0, 1) without trials.

    Wilson's score interval, which holds near 0 and 1 too: Wilson, "Probable inference, the law
    of succession, and statistical inference", JASA 22 (1927).
    """
    if trials == 0:
        return 0.0, 1.0
    share, square = successes / trials, NORMAL_QUANTILE**2 / trials
    centre = (share + square / 2) / (1 + square)
    reach = sqrt(share * (1 - share) * square + square**2 / 4) / (1 + square)
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def count_confusion(
    labels: NDArray[np.int64], answers: NDArray[np.int64], classes: int = 10
) -> NDArray[np.int64]:
    """Confusion matrix (classes, classes) int64: a row for each label, a column for each answer.

    ``labels`` and ``answers`` are (n,) in 0 to ``classes`` - 1.
    """
    cells = labels * classes + answers
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)
