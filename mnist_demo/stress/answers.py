"""What a network answers to an image: a class, or that it rejects it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.reading.classifier import Classifier
from mnist_demo.reading.rejection import find_rejected


@dataclass(frozen=True, eq=False)
class Answer:
    """Logits and probabilities of one image, (10,) float32 each, and whether it is rejected."""

    logits: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    is_rejected: bool

    @property
    def digit(self) -> int:
        """Most probable class, 0 to 9, whether rejected or not."""
        return int(self.probabilities.argmax())

    @property
    def outcome(self) -> int | None:
        """The class that is answered, None where the image is rejected."""
        return None if self.is_rejected else self.digit


def ask(classifier: Classifier, images: NDArray[np.float32]) -> list[Answer]:
    """Answers to images (n, 28, 28, 1) in [0, 1]."""
    logits, probabilities = classifier.classify(images)
    is_rejected = find_rejected(logits, classifier.rejection_threshold).tolist()
    rows = zip(logits, probabilities, is_rejected, strict=True)
    return [Answer(*row) for row in rows]


def ask_outcome(classifier: Classifier, image: NDArray[np.float32]) -> int | None:
    """Class of one image (28, 28, 1), None where it is rejected."""
    return ask(classifier, image[None])[0].outcome
