"""What a digit image is, and how a drawing becomes one.

MNIST's own preparation is followed: the ink is cropped, fitted into 20 x 20 pixels with its
proportions kept, and placed in 28 x 28 so that its centre of mass is in the middle
(LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mnist_demo.errors import BlankDrawingError
from mnist_demo.image.transforms import resize_longer_side

LUMINANCE = (0.299, 0.587, 0.114)  # weights of red, green and blue (ITU-R BT.601)
IMAGE_SIDE = 28
FITTED_SIDE = 20
CENTRE = 14  # MNIST's mean centre of mass, as a pixel index, is (14.0, 14.0)
LIGHTEST_BACKGROUND = 0.25  # a background may be this light; anything lighter everywhere is ink
FAINTEST_CONTRAST = 0.1  # a drawing with less contrast than this is blank
INK_THRESHOLD = 0.25  # where the soft edge of a stroke begins
SPECK = 0.3  # most ink of a speck, as a fraction of all, beyond a gap as wide as what has the most
LEAST_KEPT = 0.75
WIDEST_GAP = 0.6  # beyond a wider one a speck may have no more ink

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels: ``left`` and ``top`` inside, ``right`` and ``bottom`` outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.bottom - self.top

    def crop(self, values: NDArray[Scalar]) -> NDArray[Scalar]:
        """The part of ``values``, (height, width), that lies inside."""
        return values[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True)
class Normalization:
    """Every step from a drawing to the image that a network gets.

    Attributes
    ----------
    ink
        (height, width) float32 in [0, 1]: the drawing as brightness over its background.
    box
        Where the ink is, in pixels of the drawing; specks far from the rest are left out.
    cropped
        (box.height, box.width) float32 in [0, 1].
    fitted
        float32 in [0, 1], longer side 20 pixels.
    centre_of_mass
        (x, y) of ``fitted`` in its own pixels.
    offset
        (x, y), the pixel of ``image`` on which the left upper pixel of ``fitted`` lies.
    image
        (28, 28, 1) float32 in [0, 1].
    """

    ink: NDArray[np.float32]
    box: Box
    cropped: NDArray[np.float32]
    fitted: NDArray[np.float32]
    centre_of_mass: tuple[float, float]
    offset: tuple[int, int]
    image: NDArray[np.float32]

    @property
    def has_specks(self) -> bool:
        """Whether there is ink outside the box: specks, which are left out."""
        box, is_inked = self.box, self.ink >= INK_THRESHOLD
        inside = is_inked[box.top : box.bottom, box.left : box.right]
        return bool(np.count_nonzero(is_inked) > np.count_nonzero(inside))


def from_canvas(rgba: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Digit image of a drawing, prepared as MNIST prepared its own.

    Parameters
    ----------
    rgba
        (height, width, 4) uint8, light ink on a dark background.

    Returns
    -------
    (28, 28, 1) float32 in [0, 1], 1 for full ink.

    Raises
    ------
    BlankDrawingError
        Where nothing is drawn.
    ValueError
        Where ``rgba`` has another shape or dtype.
    """
    return normalize(rgba).image


def normalize(rgba: NDArray[np.uint8]) -> Normalization:
    """Every step of `from_canvas`, which has the parameters and errors."""
    return normalize_ink(find_ink(rgba))


def normalize_ink(ink: NDArray[np.float32]) -> Normalization:
    """Every step from ink, (height, width) float32 in [0, 1], its maximum 1."""
    box = find_box(ink)
    cropped = box.crop(ink)
    fitted = fit(cropped)
    centre_of_mass = find_centre_of_mass(fitted)
    image, offset = place_centred(fitted, centre_of_mass)
    return Normalization(ink, box, cropped, fitted, centre_of_mass, offset, image)


def find_ink(rgba: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Brightness over the background, (height, width) float32, stretched to [0, 1]."""
    _check_rgba(rgba)
    brightness = np.zeros(rgba.shape[:2], np.float32)
    for channel, weight in enumerate(LUMINANCE):
        brightness += rgba[..., channel] * np.float32(weight / (255 * 255))
    brightness *= rgba[..., 3]
    background = min(float(brightness.min()), LIGHTEST_BACKGROUND)
    contrast = float(brightness.max()) - background
    if contrast < FAINTEST_CONTRAST:
        raise BlankDrawingError("Nothing has been drawn yet: draw a digit.")
    return np.asarray(np.clip((brightness - background) / contrast, 0, 1), np.float32)


def find_box(ink: NDArray[np.float32]) -> Box:
    """Smallest box around all ink but specks; ``ink`` is (height, width) in [0, 1], maximum 1.

    A speck is a little ink beyond a wide gap: its fraction of the ink is less than `SPECK` times
    the square of the gap, of which the longer side of what has the most ink is the unit. So a dot
    that stands near a stroke belongs to it, and a touch in the corner of the canvas does not.
    What would leave less than `LEAST_KEPT` of the ink was no speck: a drawing of dots stays whole.
    """
    mask = ink >= INK_THRESHOLD
    height, width = mask.shape
    box = whole = _shrink(mask, Box(0, 0, width, height))
    while (smaller := _without_speck(mask, box)) is not None:
        box = smaller
    kept = np.count_nonzero(box.crop(mask)) / np.count_nonzero(mask)
    return box if kept >= LEAST_KEPT else whole


def _shrink(mask: NDArray[np.bool_], box: Box) -> Box:
    """Smallest box around what is set within a box."""
    inside = box.crop(mask)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    left, top = box.left + int(columns[0]), box.top + int(rows[0])
    return Box(left, top, box.left + int(columns[-1]) + 1, box.top + int(rows[-1]) + 1)


def _without_speck(mask: NDArray[np.bool_], box: Box) -> Box | None:
    """The box without one of its specks; None where there is none."""
    inside = box.crop(mask)
    ink = np.count_nonzero(inside)
    unit = max(_measure_main_run(np.count_nonzero(inside, axis=axis)) for axis in (0, 1))
    for part, gap in _cut_at_gaps(mask, box):
        speck = 1 - np.count_nonzero(part.crop(mask)) / ink
        if speck < SPECK * min(gap / unit, WIDEST_GAP) ** 2:
            return _shrink(mask, part)
    return None


def _measure_main_run(counts: NDArray[np.integer]) -> int:
    """Length of the run of rows, or columns, between empty ones that has the most ink."""
    runs = np.cumsum(counts == 0)
    main = np.argmax(np.bincount(runs, counts))
    return int(np.count_nonzero((runs == main) & (counts > 0)))


def _cut_at_gaps(mask: NDArray[np.bool_], box: Box) -> Iterator[tuple[Box, int]]:
    """The parts of a box on both sides of each of its empty rows and columns, and their gap."""
    inside = box.crop(mask)
    for low, high in _find_gaps(np.count_nonzero(inside, axis=1)):
        yield replace(box, top=box.top + high), high - low
        yield replace(box, bottom=box.top + low), high - low
    for low, high in _find_gaps(np.count_nonzero(inside, axis=0)):
        yield replace(box, left=box.left + high), high - low
        yield replace(box, right=box.left + low), high - low


def _find_gaps(counts: NDArray[np.integer]) -> Iterator[tuple[int, int]]:
    """First index of each run of zeros between other counts, and the index after its last."""
    filled = np.flatnonzero(counts)
    for index in np.flatnonzero(np.diff(filled) > 1):
        yield int(filled[index]) + 1, int(filled[index + 1])


def fit(cropped: NDArray[np.float32], side: int = FITTED_SIDE) -> NDArray[np.float32]:
    """Resized to a longer side of 20 pixels, float32 in [0, 1], the brightest pixel 1."""
    fitted = resize_longer_side(cropped, side)
    return np.asarray(fitted / fitted.max(), np.float32)


def find_centre_of_mass(image: NDArray[np.float32]) -> tuple[float, float]:
    """(x, y) mean position of the ink, in pixel indices of ``image`` (height, width)."""
    mass = float(image.sum(dtype=np.float64))
    x = float(image.sum(axis=0, dtype=np.float64) @ np.arange(image.shape[1])) / mass
    y = float(image.sum(axis=1, dtype=np.float64) @ np.arange(image.shape[0])) / mass
    return x, y


def place_centred(
    fitted: NDArray[np.float32], centre_of_mass: tuple[float, float]
) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """Image (28, 28, 1) with the centre of mass on pixel (14, 14), and the offset (x, y) used.

    The move is by whole pixels, and never so far that ink would leave the image.
    """
    height, width = fitted.shape
    left = min(max(round(CENTRE - centre_of_mass[0]), 0), IMAGE_SIDE - width)
    top = min(max(round(CENTRE - centre_of_mass[1]), 0), IMAGE_SIDE - height)
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE, 1), np.float32)
    image[top : top + height, left : left + width, 0] = fitted
    return image, (left, top)


def _check_rgba(rgba: NDArray[np.uint8]) -> None:
    if not isinstance(rgba, np.ndarray) or rgba.dtype != np.uint8:
        kind = getattr(rgba, "dtype", type(rgba).__name__)
        raise ValueError(f"a drawing must be a uint8 array, not {kind}")
    if rgba.ndim != 3 or rgba.shape[2] != 4 or 0 in rgba.shape:
        raise ValueError(f"a drawing must have the shape (height, width, 4), not {rgba.shape}")


def check_images(images: NDArray[np.float32]) -> None:
    """Raise ValueError unless ``images`` are (n, 28, 28, 1) float32, finite and in [0, 1]."""
    if not isinstance(images, np.ndarray) or images.dtype != np.float32:
        kind = getattr(images, "dtype", type(images).__name__)
        raise ValueError(f"digit images must be a float32 array, not {kind}")
    if images.ndim != 4 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE, 1):
        raise ValueError(f"a digit image must have the shape (28, 28, 1), not {images.shape[1:]}")
    if not np.isfinite(images).all():
        raise ValueError("digit images must be finite, but there is a NaN or an infinity")
    if images.size and (images.min() < 0 or images.max() > 1):
        raise ValueError(
            f"digit images must be in [0, 1], not in [{images.min():g}, {images.max():g}]"
        )
