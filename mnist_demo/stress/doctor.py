"""Why was mine misread? A drawing prepared in many ways, and what changes the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnist_demo.image.normalization import (
    IMAGE_SIDE,
    Box,
    find_box,
    find_centre_of_mass,
    find_ink,
    fit,
    normalize_ink,
)
from mnist_demo.image.transforms import (
    dilate,
    erosions,
    pad_for_rotation,
    place_in_middle,
    resize,
    rotate,
    shift,
    thicken,
)
from mnist_demo.language import N_, _
from mnist_demo.progress import OnCount, ignore_count
from mnist_demo.reading.classifier import Classifier
from mnist_demo.stress.answers import Answer, ask

Ink = NDArray[np.float32]  # (height, width) in [0, 1]

ANGLES_DEGREES = (5, 10, 15)
SHIFTS_PIXELS = (1, 2)
MOVES = {
    N_("Moved left by {amount} px"): (-1, 0),
    N_("Moved right by {amount} px"): (1, 0),
    N_("Moved up by {amount} px"): (0, -1),
    N_("Moved down by {amount} px"): (0, 1),
}
TURNS = {N_("Turned left by {amount}°"): -1, N_("Turned right by {amount}°"): 1}
BRUSH_CHANGE = 1 / 40  # of the longer side, on either side of a stroke


Kind: TypeAlias = Literal["preparation", "place"]


@dataclass(frozen=True, eq=False)
class Treatment:
    """One way of preparing the drawing: ``image`` is (28, 28, 1) float32 in [0, 1].

    ``message`` says what was done, with the ``amount`` in it, and is translated by `name`.
    """

    message: str
    image: NDArray[np.float32]
    kind: Kind
    amount: int = 0

    @property
    def name(self) -> str:
        """What was done, in the reader's language."""
        return _(self.message).format(amount=self.amount)


@dataclass(frozen=True, eq=False)
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

    def differs(self, finding: Finding, version: str) -> bool:
        """Whether ``version`` answers something else than to the drawing as it is."""
        return finding.answers[version].outcome != self.given[version].outcome

    def find_cures(self, version: str, meant: int) -> list[tuple[Finding, str]]:
        """Changes by which the class ``meant`` is answered: findings, and the version that asks.

        At most one of each kind, of preparation, place and version, in this order: the first
        treatment of a kind with the same version, and the first other version without treatment.
        """
        first: dict[str, tuple[Finding, str]] = {}
        for finding in self.findings[1:]:
            if finding.answers[version].outcome == meant:
                first.setdefault(finding.treatment.kind, (finding, version))
        for other, answer in self.given.items():
            if answer.outcome == meant:
                first.setdefault("version", (self.findings[0], other))
        return [first[kind] for kind in ("preparation", "place", "version") if kind in first]


def diagnose(
    treatments: Sequence[Treatment],
    versions: Mapping[str, Classifier],
    on_count: OnCount = ignore_count,
) -> Diagnosis:
    """Answers of each version, by its name, to all treatments of a drawing."""
    images = np.stack([treatment.image for treatment in treatments])
    answers = {}
    for done, (name, classifier) in enumerate(versions.items()):
        on_count(done, len(versions))
        answers[name] = ask(classifier, images)
    findings = (
        Finding(treatment, {name: given[i] for name, given in answers.items()})
        for i, treatment in enumerate(treatments)
    )
    return Diagnosis(tuple(findings))


def treat_drawing(rgba: NDArray[np.uint8]) -> list[Treatment]:
    """A drawing (height, width, 4), light on dark, as it is prepared normally, then otherwise.

    Raises BlankDrawingError where nothing is drawn.
    """
    ink = find_ink(rgba)
    box = find_box(ink)
    full, whole = normalize_ink(ink).image, pad_for_rotation(box.crop(ink))
    preparations = {
        N_("As the page prepares it"): full,
        N_("Thicker pen"): thicken_pen(ink),
        N_("Thinner pen"): thin_pen(ink),
        N_("Only made smaller"): make_smaller(ink),
        N_("Only centred"): make_smaller(centre(ink)),
        N_("Only fitted"): place_in_middle(fit(box.crop(ink)), IMAGE_SIDE)[..., np.newaxis],
    }
    return _list_treatments(
        preparations, full, lambda degrees: normalize_ink(rotate(whole, degrees)).image
    )


def treat_image(image: NDArray[np.float32]) -> list[Treatment]:
    """A picture of a data set, (28, 28, 1) in [0, 1], as it is, then changed where it stands."""
    preparations = {
        N_("As it is"): image,
        N_("Thicker strokes"): thicken(image, 1),
        N_("Thinner strokes"): thicken(image, -1),
    }
    return _list_treatments(preparations, image, lambda degrees: rotate(image, degrees))


def _list_treatments(
    preparations: Mapping[str, NDArray[np.float32] | None],
    image: NDArray[np.float32],
    rotate_by: Callable[[float], NDArray[np.float32]],
) -> list[Treatment]:
    """Preparations, as far as they are possible, then the image moved and rotated."""
    prepared = [
        Treatment(message, made, "preparation")
        for message, made in preparations.items()
        if made is not None
    ]
    moved = [
        Treatment(message, shift(image, x * pixels, y * pixels), "place", pixels)
        for pixels in SHIFTS_PIXELS
        for message, (x, y) in MOVES.items()
    ]
    rotated = [
        Treatment(message, rotate_by(sign * angle), "place", angle)
        for angle in ANGLES_DEGREES
        for message, sign in TURNS.items()
    ]
    return prepared + moved + rotated


def make_smaller(ink: Ink) -> NDArray[np.float32]:
    """The whole canvas in 28 x 28 pixels, stretched if it is not square, (28, 28, 1)."""
    return resize(ink, IMAGE_SIDE, IMAGE_SIDE)[..., np.newaxis]


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
    return shift(np.pad(ink, margin), right, down)


def thicken_pen(ink: Ink) -> NDArray[np.float32]:
    """Normalised after every stroke has grown by a fortieth of the longer side on either side."""
    pixels = _find_brush_change(find_box(ink))
    return normalize_ink(dilate(np.pad(ink, pixels), pixels)).image


def thin_pen(ink: Ink) -> NDArray[np.float32] | None:
    """Normalised after every stroke has shrunk as much, or less where it would be lost.

    None where even the least leaves hardly any ink.
    """
    thinner = list(islice(erosions(ink), _find_brush_change(find_box(ink))))
    return normalize_ink(thinner[-1]).image if thinner else None


def _find_brush_change(box: Box) -> int:
    """Pixels by which strokes grow and shrink on either side, at least 1."""
    return max(1, round(max(box.width, box.height) * BRUSH_CHANGE))
