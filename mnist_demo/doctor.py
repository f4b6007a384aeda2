"""Why was mine misread? A drawing prepared in many ways, and what changes the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mnist_demo.images import (
    IMAGE_SIDE,
    find_box,
    find_centre_of_mass,
    find_ink,
    fit,
    place_centred,
)
from mnist_demo.refusal import find_refused

Ink = NDArray[np.float32]  # (height, width) in [0, 1]

TURNS_DEGREES = (-15, -10, -5, 5, 10, 15)  # positive is clockwise
SHIFTS_PIXELS = (1, 2)
DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
BRUSH_CHANGE = 1 / 40  # of the longer side, on either side of a stroke
LEAST_INK_LEFT = 0.4  # a stroke thinner than this has lost parts


class Classifier(Protocol):
    """What is asked: an `inference.Reader`, or anything else that can say this much."""

    @property
    def refusal_threshold(self) -> float | None:
        """Score (`refusal.score`) below which it refuses an image; None where it never does."""

    def classify(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logits and probabilities, (n, 10) each, of images (n, 28, 28, 1) in [0, 1]."""


@dataclass(frozen=True)
class Treatment:
    """One way of preparing the drawing: ``image`` is (28, 28, 1) float32 in [0, 1]."""

    name: str
    image: NDArray[np.float32]


@dataclass(frozen=True)
class Answer:
    """What one version makes of one treatment: a class and its probability, and if it refuses."""

    digit: int
    class_name: str
    probability: float
    is_refused: bool

    @property
    def name(self) -> str:
        """Name of the class, or a question mark where it is refused."""
        return "?" if self.is_refused else self.class_name


@dataclass(frozen=True)
class Finding:
    """A treatment with the answers to it, by version."""

    treatment: Treatment
    answers: dict[str, Answer]


@dataclass(frozen=True)
class Diagnosis:
    """All findings; the first is the drawing as it is normally prepared."""

    findings: tuple[Finding, ...]

    @property
    def given(self) -> dict[str, Answer]:
        """Answers to the drawing as it is, by version."""
        return self.findings[0].answers

    def changing(self, version: str) -> tuple[str, ...]:
        """Names of the treatments that change the answer of ``version``."""
        return tuple(
            finding.treatment.name for finding in self.findings if self.differs(finding, version)
        )

    def differs(self, finding: Finding, version: str) -> bool:
        """Whether ``version`` answers something else than to the drawing as it is."""
        return finding.answers[version].name != self.given[version].name


def diagnose(
    rgba: NDArray[np.uint8], versions: Mapping[str, Classifier], class_names: tuple[str, ...]
) -> Diagnosis:
    """Answers of each version to all treatments of a drawing.

    Parameters
    ----------
    rgba
        (height, width, 4) uint8, light ink on a dark ground.
    versions
        From a version's name to its classifier.
    class_names
        What the ten classes of all of them are called.

    Raises
    ------
    BlankDrawingError
        Where nothing is drawn.
    """
    treatments = list_treatments(rgba)
    images = np.stack([treatment.image for treatment in treatments])
    answers = {name: _ask(classifier, images, class_names) for name, classifier in versions.items()}
    findings = (
        Finding(treatment, {name: given[i] for name, given in answers.items()})
        for i, treatment in enumerate(treatments)
    )
    return Diagnosis(tuple(findings))


def _ask(
    classifier: Classifier, images: NDArray[np.float32], class_names: tuple[str, ...]
) -> list[Answer]:
    logits, probabilities = classifier.classify(images)
    is_refused = find_refused(logits, classifier.refusal_threshold)
    rows = zip(probabilities.argmax(axis=1), probabilities.max(axis=1), is_refused, strict=True)
    return [
        Answer(int(digit), class_names[digit], float(share), bool(refused))
        for digit, share, refused in rows
    ]


def list_treatments(rgba: NDArray[np.uint8]) -> list[Treatment]:
    """The full normalisation, then the other ways; BlankDrawingError where nothing is drawn."""
    ink = find_ink(rgba)
    full = normalize_ink(ink)
    images: dict[str, NDArray[np.float32] | None] = {
        "As the page prepares it": full,
        "Only made smaller": resize_raw(ink),
        "Only centred": resize_raw(centre(ink)),
        "Only fitted": fit_only(ink),
        "Thicker pen": thicken(ink),
        "Thinner pen": thin(ink),
    }
    images |= {
        f"Turned {'right' if angle > 0 else 'left'} by {abs(angle)}°": turn(ink, angle)
        for angle in TURNS_DEGREES
    }
    images |= {
        f"Moved {direction} by {pixels} px": shift(full, x * pixels, y * pixels)
        for pixels in SHIFTS_PIXELS
        for direction, (x, y) in DIRECTIONS.items()
    }
    return [Treatment(name, image) for name, image in images.items() if image is not None]


def normalize_ink(ink: Ink) -> NDArray[np.float32]:
    """Full normalisation as `images.normalize` does it, (28, 28, 1)."""
    fitted = _crop_and_fit(ink)
    return place_centred(fitted, find_centre_of_mass(fitted))[0]


def resize_raw(ink: Ink) -> NDArray[np.float32]:
    """The whole canvas in 28 x 28 pixels, stretched if it is not square, (28, 28, 1)."""
    small = Image.fromarray(ink).resize((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.BOX)
    return np.clip(np.asarray(small, np.float32), 0, 1)[..., np.newaxis]


def centre(ink: Ink) -> Ink:
    """The canvas with the ink's centre of mass moved to its middle; nothing is lost at its edges.

    What would leave the canvas makes it larger, on all sides.
    """
    height, width = ink.shape
    x, y = find_centre_of_mass(ink)
    right, down = round((width - 1) / 2 - x), round((height - 1) / 2 - y)
    box = find_box(ink)
    beyond = (-box.left - right, box.right + right - width, -box.top - down)
    margin = max(0, *beyond, box.bottom + down - height)
    wide = np.zeros((height + 2 * margin, width + 2 * margin), np.float32)
    top, left = box.top + down + margin, box.left + right + margin
    wide[top : top + box.height, left : left + box.width] = _crop(ink)
    return wide


def fit_only(ink: Ink) -> NDArray[np.float32]:
    """Fitted into 20 x 20 pixels, its box and not its mass in the middle, (28, 28, 1)."""
    fitted = _crop_and_fit(ink)
    height, width = fitted.shape
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE, 1), np.float32)
    top, left = (IMAGE_SIDE - height) // 2, (IMAGE_SIDE - width) // 2
    image[top : top + height, left : left + width, 0] = fitted
    return image


def thicken(ink: Ink) -> NDArray[np.float32]:
    """Normalised after every stroke has grown by a fortieth of the longer side on either side."""
    filter_side = _filter_side(ink)
    grown = np.pad(_crop(ink), filter_side)
    return normalize_ink(_filter(grown, ImageFilter.MaxFilter(filter_side)))


def thin(ink: Ink) -> NDArray[np.float32] | None:
    """Normalised after every stroke has shrunk as much, or less where it would be lost.

    None where even the least leaves hardly any ink.
    """
    for filter_side in range(_filter_side(ink), 1, -2):
        shrunk = shrink(ink, filter_side)
        if shrunk is not None:
            return normalize_ink(shrunk)
    return None


def shrink(ink: Ink, filter_side: int) -> Ink | None:
    """The ink's box after every stroke has lost half of ``filter_side`` pixels on either side.

    ``filter_side`` is odd. None where hardly any ink is left.
    """
    cropped = np.pad(_crop(ink), 2)
    shrunk = _filter(cropped, ImageFilter.MinFilter(filter_side))
    if shrunk.sum() <= LEAST_INK_LEFT * cropped.sum():
        return None
    return np.asarray(shrunk / shrunk.max(), np.float32)


def turn(ink: Ink, degrees: float) -> NDArray[np.float32]:
    """Turned clockwise about its middle, then normalised, (28, 28, 1)."""
    picture = Image.fromarray(_crop(ink))
    turned = picture.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    return normalize_ink(np.clip(np.asarray(turned), 0, 1))


def shift(image: NDArray[np.float32], right: int, down: int) -> NDArray[np.float32]:
    """Moved by whole pixels; what leaves the image is lost, and what comes in is empty."""
    reach = max(abs(right), abs(down))
    padded = np.pad(image, ((reach, reach), (reach, reach), (0, 0)))
    top, left = reach - down, reach - right
    return padded[top : top + IMAGE_SIDE, left : left + IMAGE_SIDE]


def _crop(ink: Ink) -> Ink:
    box = find_box(ink)
    return ink[box.top : box.bottom, box.left : box.right]


def _crop_and_fit(ink: Ink) -> Ink:
    return fit(_crop(ink))


def _filter_side(ink: Ink) -> int:
    """Side of a filter, an odd number of pixels."""
    box = find_box(ink)
    return 2 * max(1, round(max(box.width, box.height) * BRUSH_CHANGE)) + 1


def _filter(ink: Ink, rank_filter: ImageFilter.RankFilter) -> Ink:
    """Ranked in 256 levels: Pillow's filters know bytes only."""
    levels = Image.fromarray(np.rint(ink * 255).astype(np.uint8))
    return np.asarray(levels.filter(rank_filter)).astype(np.float32) / np.float32(255)
