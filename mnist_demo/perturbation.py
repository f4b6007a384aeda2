"""Change the image a little, or a little more, and see where the answer flips."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.changes import Kind
from mnist_demo.classifier import Classify

Gradients = Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]

STEPS = 41
HALVINGS = 12
MOST_STEPS = 50
OVERSHOOT = 1.02
RANDOM_CHANGES = 20


@dataclass(frozen=True)
class Curve:
    """Probabilities along one kind of change.

    Attributes
    ----------
    amounts
        (n,) float64, rising.
    probabilities
        (n, 10) float32.
    given
        The answer to the image as it is.
    flips
        The amounts nearest to neutral, below it and above it, from which on the answer is another
        one; None where it never is.
    """

    amounts: NDArray[np.float64]
    probabilities: NDArray[np.float32]
    given: int
    flips: tuple[float | None, float | None]


@dataclass(frozen=True)
class SmallestFlip:
    """The smallest change found that turns the answer into another.

    ``image`` and ``change`` are (28, 28, 1) float32, ``image`` in [0, 1]; ``distance`` is the
    Euclidean length of the change, ``largest`` that of its largest pixel.
    """

    image: NDArray[np.float32]
    change: NDArray[np.float32]
    given: int
    answer: int

    @property
    def distance(self) -> float:
        """Euclidean length of the change."""
        return float(np.linalg.norm(self.change))

    @property
    def largest(self) -> float:
        """Change of the pixel that changes most, in [0, 1]."""
        return float(np.abs(self.change).max())


def trace_curve(
    classify: Classify, image: NDArray[np.float32], kind: Kind, steps: int = STEPS
) -> Curve:
    """Curve of one image (28, 28, 1) over a kind of change, the flips found by halving."""
    below = np.linspace(kind.low, kind.neutral, steps // 2 + 1)
    above = np.linspace(kind.neutral, kind.high, steps // 2 + 1)
    amounts = np.unique(np.concatenate([below, above]))
    images = np.stack([kind.change(image, amount) for amount in amounts])
    probabilities = classify(images)[1]
    answers = probabilities.argmax(axis=1)
    middle = int(np.searchsorted(amounts, kind.neutral))
    sides = np.arange(middle, -1, -1), np.arange(middle, len(amounts))
    flips = tuple(_find_flip(classify, image, kind, amounts[side], answers[side]) for side in sides)
    return Curve(amounts, probabilities, int(answers[middle]), (flips[0], flips[1]))


def _find_flip(
    classify: Classify,
    image: NDArray[np.float32],
    kind: Kind,
    amounts: NDArray[np.float64],
    answers: NDArray[np.int64],
) -> float | None:
    """First amount on the way from neutral, the first of ``amounts``, with another answer."""
    others = np.flatnonzero(answers != answers[0])
    if not len(others):
        return None
    same, other = amounts[others[0] - 1], amounts[others[0]]
    for _ in range(HALVINGS):
        middle = (same + other) / 2
        answer = classify(kind.change(image, middle)[None])[1][0].argmax()
        same, other = (middle, other) if answer == answers[0] else (same, middle)
    return float(other)


def find_smallest_flip(
    classify: Classify, gradients: Gradients, image: NDArray[np.float32]
) -> SmallestFlip | None:
    """Smallest change that flips the answer, by the network's true gradient; None if none is found.

    Each step goes to the nearest border as the gradients at that place have it; at last the
    change is shortened as far as the answer stays flipped.

    Parameters
    ----------
    gradients
        Images (n, 28, 28, 1) and weights (n, 10) to the gradient of the weighted logits by each
        image, such as `Attributor.gradients`.

    Source: Moosavi-Dezfooli, Fawzi and Frossard, "DeepFool", CVPR 2016.
    """
    given = int(classify(image[None])[0][0].argmax())
    current = image
    for _ in range(MOST_STEPS):
        logits = classify(current[None])[0][0]
        if int(logits.argmax()) != given:
            return _shorten(classify, image, current, given)
        step = _step_to_border(gradients, current, logits, given)
        current = np.clip(current + np.float32(OVERSHOOT) * step, 0, 1)
    return None


def count_random_flips(
    classify: Classify, image: NDArray[np.float32], flip: SmallestFlip, seed: int = 1
) -> int:
    """How many of `RANDOM_CHANGES` random changes, as long as ``flip``, change the answer."""
    noise = np.random.default_rng(seed).normal(0, 1, (RANDOM_CHANGES, *image.shape))
    lengths = np.linalg.norm(noise.reshape(RANDOM_CHANGES, -1), axis=1)
    noise *= (flip.distance / lengths)[:, None, None, None]
    images = np.clip(image + noise.astype(np.float32), 0, 1)
    return int((classify(images)[1].argmax(axis=1) != flip.given).sum())


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
    classify: Classify, image: NDArray[np.float32], flipped: NDArray[np.float32], given: int
) -> SmallestFlip:
    short, long, nearest = 0.0, 1.0, flipped
    for _ in range(HALVINGS):
        middle = (short + long) / 2
        between = image + np.float32(middle) * (flipped - image)
        if int(classify(between[None])[0][0].argmax()) == given:
            short = middle
        else:
            long, nearest = middle, between
    answer = int(classify(nearest[None])[0][0].argmax())
    return SmallestFlip(nearest, nearest - image, given, answer)
