"""How little has to be done to a drawing until a network reads it as something else, or rejects."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.image.normalization import FITTED_SIDE, IMAGE_SIDE, fit, normalize_ink
from mnist_demo.image.transforms import (
    erosions,
    pad_for_rotation,
    resize,
    rotate,
    shift,
)
from mnist_demo.language import N_, _
from mnist_demo.reading.classifier import Classifier
from mnist_demo.stress.answers import ask

LONGEST_SHIFT = 8  # pixels of the network's image
LARGEST_ROTATION_DEGREES = 90
ROTATED_SIDE = 140  # pixels; more takes longer, and the network's image has 20
ENLARGEMENT = 5  # of an image of 28 x 28 pixels, whose strokes are too thin to be thinned
CHANGES = {
    "shift": "px",
    "rotation": "°",
    "thinning": "px",
}  # names and units; a stroke's thinning is measured in pixels of the network's image
MOVES = {  # by the signs of x and y
    (1, 0): N_("{x} px to the right"),
    (-1, 0): N_("{x} px to the left"),
    (0, 1): N_("{y} px down"),
    (0, -1): N_("{y} px up"),
    (1, 1): N_("{x} px to the right and {y} px down"),
    (1, -1): N_("{x} px to the right and {y} px up"),
    (-1, 1): N_("{x} px to the left and {y} px down"),
    (-1, -1): N_("{x} px to the left and {y} px up"),
}
TURNS = {1: N_("{degrees}° clockwise"), -1: N_("{degrees}° counterclockwise")}

Ink = NDArray[np.float32]  # (height, width) in [0, 1]


@dataclass(frozen=True)
class Trial:
    """A changed drawing: ``amount`` in the unit of the ``change``, ``image`` (28, 28, 1).

    ``message`` says what was done, with the ``values`` in it, and is translated by `text`.
    """

    change: str
    amount: float
    message: str
    values: Mapping[str, object]
    image: NDArray[np.float32]

    @property
    def text(self) -> str:
        """What was done, in the reader's language."""
        return _(self.message).format(**self.values)


@dataclass(frozen=True)
class Trials:
    """A drawing as the network gets it, and changed in many ways, the least changed first."""

    given: NDArray[np.float32]
    changed: tuple[Trial, ...]

    def largest(self, change: str) -> float:
        """The most that was tried; 0 where the change is not possible at all."""
        return max((t.amount for t in self.changed if t.change == change), default=0.0)


@dataclass(frozen=True)
class Failure:
    """The smallest change after which the answer is another, and that answer.

    ``answer`` is a class, or None where the changed drawing is rejected.
    """

    trial: Trial
    answer: int | None


def try_drawing(ink: Ink) -> Trials:
    """Trials of a drawing's ink, (height, width) in [0, 1], normalised after each change."""
    normalization = normalize_ink(ink)
    given, cropped = normalization.image, normalization.cropped
    whole = pad_for_rotation(fit(cropped, min(ROTATED_SIDE, max(cropped.shape))))
    trials = (
        *_shifts(given),
        *_rotations(lambda degrees: normalize_ink(rotate(whole, degrees)).image),
        *_thinnings(
            ink, max(cropped.shape) / FITTED_SIDE, lambda thinned: normalize_ink(thinned).image
        ),
    )
    return Trials(given, trials)


def try_image(image: NDArray[np.float32]) -> Trials:
    """Trials of a picture of a data set, (28, 28, 1) in [0, 1], changed where it stands."""
    side = IMAGE_SIDE * ENLARGEMENT
    large = resize(image[..., 0], side, side, Image.Resampling.BICUBIC)
    trials = (
        *_shifts(image),
        *_rotations(lambda degrees: rotate(image, degrees)),
        *_thinnings(
            large,
            ENLARGEMENT,
            lambda thinned: resize(thinned, IMAGE_SIDE, IMAGE_SIDE)[..., np.newaxis],
        ),
    )
    return Trials(image, trials)


def find_failures(trials: Trials, classifier: Classifier) -> dict[str, Failure | None]:
    """For each of `CHANGES` the smallest failure, None where the answer never changes.

    A rejection is a failure, too. A drawing that is rejected as it is has no answer that could
    fail.
    """
    images = np.stack([trials.given, *(trial.image for trial in trials.changed)])
    given, *outcomes = (answer.outcome for answer in ask(classifier, images))
    failures: dict[str, Failure | None] = dict.fromkeys(CHANGES)
    if given is None:
        return failures
    for trial, outcome in zip(trials.changed, outcomes, strict=True):
        if outcome != given and failures[trial.change] is None:
            failures[trial.change] = Failure(trial, outcome)
    return failures


def _shifts(image: NDArray[np.float32]) -> Iterator[Trial]:
    """All moves by whole pixels, the shortest first."""
    reach = range(-LONGEST_SHIFT, LONGEST_SHIFT + 1)
    moves = sorted((float(np.hypot(x, y)), x, y) for x, y in product(reach, reach))
    for distance, x, y in moves:
        if 0 < distance <= LONGEST_SHIFT:
            message = MOVES[int(np.sign(x)), int(np.sign(y))]
            values = {"x": abs(x), "y": abs(y)}
            yield Trial("shift", distance, message, values, shift(image, x, y))


def _rotations(rotate_by: Callable[[float], NDArray[np.float32]]) -> Iterator[Trial]:
    """Rotations by whole degrees to either side, the smallest first."""
    for degrees in range(1, LARGEST_ROTATION_DEGREES + 1):
        for sign, message in TURNS.items():
            values = {"degrees": degrees}
            yield Trial("rotation", degrees, message, values, rotate_by(sign * degrees))


def _thinnings(
    ink: Ink, pixel: float, prepare: Callable[[Ink], NDArray[np.float32]]
) -> Iterator[Trial]:
    """Ever thinner strokes, until hardly any ink is left; ``pixel`` is one of the image's."""
    for pixels, thinned in enumerate(erosions(ink), 1):
        amount = 2 * pixels / pixel
        message, values = N_("strokes {amount} px thinner"), {"amount": f"{amount:.1f}"}
        yield Trial("thinning", amount, message, values, prepare(thinned))
