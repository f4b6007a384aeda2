"""How much an image looks like any digit at all, told from the logits alone."""

import numpy as np
from numpy.typing import NDArray

from mnist_demo.errors import ModelVersionError
from mnist_demo.finite import is_finite

THRESHOLD_SETTING = "refusal_threshold"


def score(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logarithm of the sum of the exponentials of the logits: higher is more like a digit.

    Parameters
    ----------
    logits
        (..., 10) float32, any range.

    Returns
    -------
    (...) float32, any range. Softmax throws this number away, as it is the same for all classes.

    Source: Liu, Wang, Owens and Li, "Energy-based out-of-distribution detection", NeurIPS 2020,
    with the opposite sign.
    """
    # As scipy.special.logsumexp, which takes a third of a second to import at the app's start.
    top = logits.max(axis=-1, keepdims=True)
    exponentials = np.exp((logits - top).astype(np.float64))
    return np.asarray(np.log(exponentials.sum(axis=-1)) + top[..., 0], np.float32)


def find_rejected(logits: NDArray[np.float32], threshold: float | None) -> NDArray[np.bool_]:
    """Which images, by their logits (n, 10), score below ``threshold``; none where it is None."""
    if threshold is None:
        return np.zeros(len(logits), np.bool_)
    return score(logits) < threshold


def find_threshold(settings: dict[str, str | int | float]) -> float | None:
    """Score below which a version rejects, from its card's settings; None where it never does.

    Raises ModelVersionError where the setting is not a number.
    """
    value = settings.get(THRESHOLD_SETTING)
    if value is None:
        return None
    if isinstance(value, str) or not is_finite(value):
        raise ModelVersionError(
            "The rejection threshold of this version is not a number: {value}.", value=repr(value)
        )
    return float(value)
