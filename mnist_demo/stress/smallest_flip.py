"""The smallest change of the pixels that flips the answer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.progress import OnCount, ignore_count
from mnist_demo.reading.classifier import Classifier
from mnist_demo.stress.answers import ask, ask_outcome

Gradients = Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]

HALVINGS = 12
MOST_STEPS = 50
OVERSHOOT = 1.02
RANDOM_CHANGES = 20


@dataclass(frozen=True)
class SmallestFlip:
    """The smallest change found that turns the answer into another.

    ``image`` and ``change`` are (28, 28, 1) float32, ``image`` in [0, 1]; ``distance`` is the
    Euclidean length of the change, ``largest`` that of its largest pixel. ``answer`` is None where
    the changed image is rejected.
    """

    image: NDArray[np.float32]
    change: NDArray[np.float32]
    given: int
    answer: int | None

    @property
    def distance(self) -> float:
        """Euclidean length of the change."""
        return float(np.linalg.norm(self.change))

    @property
    def largest(self) -> float:
        """Change of the pixel that changes most, in [0, 1]."""
        return float(np.abs(self.change).max())


def find_smallest_flip(
    classifier: Classifier,
    gradients: Gradients,
    image: NDArray[np.float32],
    on_count: OnCount = ignore_count,
) -> SmallestFlip | None:
    """Smallest change that flips the answer, by the network's true gradient; None if none is found.

    Each step goes to the nearest border as the gradients at that place have it; at last the
    change is shortened as far as the answer stays flipped. A rejection is another answer, too,
    but an image that is rejected as it is has no answer to flip.

    Parameters
    ----------
    gradients
        Images (n, 28, 28, 1) and weights (n, 10) to the gradient of the weighted logits by each
        image, such as `Attributor.gradients`.

    Source: Moosavi-Dezfooli, Fawzi and Frossard, "DeepFool", CVPR 2016.
    """
    given = ask_outcome(classifier, image)
    if given is None:
        return None
    current = image
    for step in range(MOST_STEPS):
        on_count(step, MOST_STEPS)
        (answer,) = ask(classifier, current[None])
        if answer.outcome != given:
            return _shorten(classifier, image, current, given)
        change = _step_to_border(gradients, current, answer.logits, given)
        current = np.clip(current + np.float32(OVERSHOOT) * change, 0, 1)
    return None


def count_random_flips(
    classifier: Classifier, image: NDArray[np.float32], flip: SmallestFlip, seed: int = 1
) -> int:
    """How many of `RANDOM_CHANGES` random changes, as long as ``flip``, change the answer."""
    noise = np.random.default_rng(seed).normal(0, 1, (RANDOM_CHANGES, *image.shape))
    lengths = np.linalg.norm(noise.reshape(RANDOM_CHANGES, -1), axis=1)
    noise *= (flip.distance / lengths)[:, None, None, None]
    images = np.clip(image + noise.astype(np.float32), 0, 1)
    return sum(answer.outcome != flip.given for answer in ask(classifier, images))


def _step_to_border(
    gradients: Gradients, image: NDArray[np.float32], logits: NDArray[np.float32], given: int
) -> NDArray[np.float32]:
    others = np.array([i for i in range(len(logits)) if i != given])
    weights = np.eye(len(logits), dtype=np.float32)[others]
    weights[:, given] = -1
    slopes = gradients(np.repeat(image[None], len(others), axis=0), weights)
    is_stuck = ((image == 0) & (slopes < 0)) | ((image == 1) & (slopes > 0))
    slopes = np.where(is_stuck, 0, slopes)  # brightness ends at 0 and 1
    squares = (slopes**2).sum(axis=(1, 2, 3)) + 1e-12
    missing = logits[given] - logits[others]
    nearest = (missing / np.sqrt(squares)).argmin()
    return np.asarray((missing[nearest] + 1e-4) / squares[nearest] * slopes[nearest], np.float32)


def _shorten(
    classifier: Classifier, image: NDArray[np.float32], flipped: NDArray[np.float32], given: int
) -> SmallestFlip:
    short, long, nearest = 0.0, 1.0, flipped
    for _ in range(HALVINGS):
        middle = (short + long) / 2
        between = image + np.float32(middle) * (flipped - image)
        if ask_outcome(classifier, between) == given:
            short = middle
        else:
            long, nearest = middle, between
    return SmallestFlip(nearest, nearest - image, given, ask_outcome(classifier, nearest))
