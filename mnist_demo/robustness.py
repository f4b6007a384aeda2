"""How little has to be done to a drawing until a network reads it as something else, or refuses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.classifier import Classify
from mnist_demo.doctor import Ink, normalize_ink, resize_raw, shift, shrink, turn
from mnist_demo.images import FITTED_SIDE, IMAGE_SIDE, find_box
from mnist_demo.refusal import find_refused

LONGEST_SHIFT = 8  # pixels of the network's image
LARGEST_TURN_DEGREES = 90
TURNED_SIDE = 140  # pixels; more takes longer, and the network's image has 20
ENLARGEMENT = 5  # of an image of 28 x 28 pixels, whose strokes are too thin to be thinned
CHANGES = {
    "shift": "px",
    "turn": "°",
    "thinning": "px",
}  # names and units; a stroke's thinning is measured in pixels of the network's image


@dataclass(frozen=True)
class Trial:
    """A changed drawing: ``amount`` in the unit of the ``change``, ``image`` (28, 28, 1)."""

    change: str
    amount: float
    text: str
    image: NDArray[np.float32]


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

    ``answer`` is a class, or None where the changed drawing is refused.
    """

    trial: Trial
    answer: int | None


def try_drawing(ink: Ink) -> Trials:
    """Trials of a drawing's ink, (height, width) in [0, 1], normalised after each change."""
    given = normalize_ink(ink)
    pixel = max(find_box(ink).width, find_box(ink).height) / FITTED_SIDE
    small = reduce_ink(ink)
    trials = (
        *_shifts(given),
        *_turns(lambda degrees: turn(small, degrees)),
        *_thinnings(ink, pixel, normalize_ink),
    )
    return Trials(given, trials)


def try_image(image: NDArray[np.float32]) -> Trials:
    """Trials of a picture of a data set, (28, 28, 1) in [0, 1], changed where it stands."""
    large = _enlarge(image)

    def turn_in_place(degrees: float) -> NDArray[np.float32]:
        picture = Image.fromarray(large).rotate(-degrees, Image.Resampling.BICUBIC)
        return resize_raw(np.asarray(picture))

    def put_back(shrunk: Ink) -> NDArray[np.float32]:
        box = find_box(large)
        frame = np.zeros((large.shape[0] + 4, large.shape[1] + 4), np.float32)  # `shrink` pads
        frame[box.top : box.bottom + 4, box.left : box.right + 4] = shrunk
        return resize_raw(frame[2:-2, 2:-2])

    trials = (*_shifts(image), *_turns(turn_in_place), *_thinnings(large, ENLARGEMENT, put_back))
    return Trials(image, trials)


def find_failures(
    trials: Trials, classify: Classify, refusal_threshold: float | None = None
) -> dict[str, Failure | None]:
    """For each of `CHANGES` the smallest failure, None where the answer never changes.

    Below ``refusal_threshold`` (`refusal.score`) an image is refused, which is a failure, too. A
    drawing that is refused as it is has no answer that could fail.
    """
    images = np.stack([trials.given, *(trial.image for trial in trials.changed)])
    given, *answers = _answer(images, classify, refusal_threshold)
    failures: dict[str, Failure | None] = dict.fromkeys(CHANGES)
    if given is None:
        return failures
    for trial, answer in zip(trials.changed, answers, strict=True):
        if answer != given and failures[trial.change] is None:
            failures[trial.change] = Failure(trial, answer)
    return failures


def _answer(
    images: NDArray[np.float32], classify: Classify, refusal_threshold: float | None
) -> list[int | None]:
    """Class of each image, None where it is refused."""
    logits, probabilities = classify(images)
    refused = find_refused(logits, refusal_threshold)
    pairs = zip(probabilities.argmax(axis=1), refused, strict=True)
    return [None if is_refused else int(digit) for digit, is_refused in pairs]


def reduce_ink(ink: Ink) -> Ink:
    """The ink's box, at most `TURNED_SIDE` pixels long."""
    box = find_box(ink)
    cropped = Image.fromarray(ink[box.top : box.bottom, box.left : box.right])
    cropped.thumbnail((TURNED_SIDE, TURNED_SIDE), Image.Resampling.BOX)
    small = np.asarray(cropped)
    return np.asarray(np.clip(small / small.max(), 0, 1), np.float32)


def _shifts(image: NDArray[np.float32]) -> Iterator[Trial]:
    """All moves by whole pixels, the shortest first."""
    reach = range(-LONGEST_SHIFT, LONGEST_SHIFT + 1)
    moves = sorted((float(np.hypot(x, y)), x, y) for x, y in product(reach, reach))
    for distance, x, y in moves:
        if 0 < distance <= LONGEST_SHIFT:
            yield Trial("shift", distance, _describe_shift(x, y), shift(image, x, y))


def _describe_shift(x: int, y: int) -> str:
    across = f"{abs(x)} px to the {'right' if x > 0 else 'left'}" if x else ""
    along = f"{abs(y)} px {'down' if y > 0 else 'up'}" if y else ""
    return " and ".join(filter(None, (across, along)))


def _turns(turn_by: Callable[[float], NDArray[np.float32]]) -> Iterator[Trial]:
    """Turns by whole degrees to either side, the smallest first."""
    for degrees, (sign, side) in product(
        range(1, LARGEST_TURN_DEGREES + 1), ((1, "clockwise"), (-1, "counterclockwise"))
    ):
        yield Trial("turn", degrees, f"{degrees}° {side}", turn_by(sign * degrees))


def _thinnings(
    ink: Ink, pixel: float, prepare: Callable[[Ink], NDArray[np.float32]]
) -> Iterator[Trial]:
    """Ever thinner strokes, until hardly any ink is left; ``pixel`` is one of the image's."""
    for filter_side in range(3, 2 * IMAGE_SIDE * ENLARGEMENT, 2):
        shrunk = shrink(ink, filter_side)
        if shrunk is None:
            return
        amount = (filter_side - 1) / pixel
        yield Trial("thinning", amount, f"strokes {amount:.1f} px thinner", prepare(shrunk))


def _enlarge(image: NDArray[np.float32]) -> Ink:
    side = IMAGE_SIDE * ENLARGEMENT
    large = Image.fromarray(image[..., 0]).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(np.clip(np.asarray(large), 0, 1), np.float32)
