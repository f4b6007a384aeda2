"""What an attribution claims, tried out on the network itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.attribution import Attributor, Map, Target

STEP = 0.01  # length of the step along a gradient; brightness has a range of 1
DELETED = 20  # pixels
TRIALS = 10
FAINTEST_INK = 0.1


@dataclass(frozen=True)
class Step:
    """A small step along the gradient: what it promises to the target, and what happens."""

    promised: float
    measured: float


@dataclass(frozen=True)
class Deletion:
    """How far the target falls without ``count`` pixels of ink.

    ``fall`` is without those that a map ranks highest, ``random_fall`` the mean over others of the
    same number, chosen at random.
    """

    count: int
    fall: float
    random_fall: float


def take_step(
    attributor: Attributor, image: NDArray[np.float32], target: Target, gradient: Map
) -> Step:
    """A step of the length `STEP` along ``gradient`` (28, 28), from ``image`` (28, 28, 1)."""
    length = float(np.linalg.norm(gradient))
    step = np.float32(STEP / length if length else 0.0) * gradient[..., np.newaxis]
    before, after = attributor.target(np.stack([image, image + step]), target)
    return Step(STEP * length, float(after - before))


def delete(
    attributor: Attributor, image: NDArray[np.float32], target: Target, values: Map, seed: int = 1
) -> Deletion | None:
    """Empty the inked pixels of ``image`` (28, 28, 1) with the highest ``values`` (28, 28).

    None where there is not twice as much ink as that.

    Source: Samek and others, "Evaluating the visualization of what a deep neural network has
    learned", 2017.
    """
    inked = np.flatnonzero(image >= FAINTEST_INK)
    if len(inked) < 2 * DELETED:
        return None
    rng = np.random.default_rng(seed)
    highest = inked[np.argsort(-values.ravel()[inked], kind="stable")[:DELETED]]
    others = [rng.choice(inked, DELETED, replace=False) for _ in range(TRIALS)]
    images = np.repeat(image.reshape(1, -1), TRIALS + 2, axis=0)
    for copy, pixels in zip(images[1:], [highest, *others], strict=True):
        copy[pixels] = 0
    before, after, *trials = attributor.target(images.reshape(-1, *image.shape), target)
    return Deletion(DELETED, float(before - after), float(before - np.mean(trials)))
