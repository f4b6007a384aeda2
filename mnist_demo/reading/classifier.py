"""What a trained network is to code that only asks for its answers."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Classify = Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Images (n, 28, 28, 1) in [0, 1] to logits and probabilities, (n, 10) each."""


class Classifier(Protocol):
    """What answers: a `reader.Reader`, or anything else that can say this much."""

    @property
    def rejection_threshold(self) -> float | None:
        """Score (`rejection.score`) below which it rejects an image; None where it never does."""

    def classify(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logits and probabilities, (n, 10) each, of images (n, 28, 28, 1) in [0, 1]."""
