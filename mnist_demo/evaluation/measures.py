"""Measures of how well a classifier reads: counts and probabilities in, numbers out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15


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
        (bins,) float64 in [0, 1], fraction of right answers; NaN in an empty bin.
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
    """95% confidence interval (low, high) in [0, 1] of a fraction; (0, 1) without trials.

    Wilson's score interval, which holds near 0 and 1 too: Wilson, "Probable inference, the law
    of succession, and statistical inference", JASA 22 (1927).
    """
    from scipy.stats import binomtest  # takes a second, if Keras is not loaded yet

    if trials == 0:
        return 0.0, 1.0
    interval = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def count_confusion(
    rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.int64]:
    """Number of samples in each cell of a matrix, from their rows and columns (n,)."""
    cells = np.ravel_multi_index((rows, columns), shape)
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
