"""What a digit image is, and how a drawing becomes one.

MNIST's own preparation is followed: the ink is cropped, fitted into 20 x 20 pixels with its
proportions kept, and placed in 28 x 28 so that its centre of mass is in the middle
(LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.errors import BlankDrawingError

LUMINANCE = (0.299, 0.587, 0.114)  # shares of red, green and blue (ITU-R BT.601)
IMAGE_SIDE = 28
FITTED_SIDE = 20
CENTRE = 14  # MNIST's mean centre of mass, as a pixel index, is (14.0, 14.0)
DARKEST_GROUND = 0.25  # a ground may be this light; anything lighter everywhere is ink
FAINTEST_CONTRAST = 0.1  # a drawing with less contrast than this is blank
INK_THRESHOLD = 0.25  # where the soft edge of a stroke begins


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


@dataclass(frozen=True)
class Normalization:
    """Every step from a drawing to the image that a network gets.

    Attributes
    ----------
    ink
        (height, width) float32 in [0, 1]: the drawing as brightness over its ground.
    box
        Where the ink is, in pixels of the drawing.
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
    def placement(self) -> tuple[float, float, float, float]:
        """(x, y, width, height) of the image's left upper pixel, in pixels of the drawing.

        All others have the same size; pixel (row, column) begins at y + row * height and
        x + column * width. Those beyond the drawing have no part in it.
        """
        height, width = self.fitted.shape
        pixel_width, pixel_height = self.box.width / width, self.box.height / height
        left, top = self.offset
        x, y = self.box.left - left * pixel_width, self.box.top - top * pixel_height
        return x, y, pixel_width, pixel_height


def from_canvas(rgba: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Digit image of a drawing, prepared as MNIST prepared its own.

    Parameters
    ----------
    rgba
        (height, width, 4) uint8, light ink on a dark ground.

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
    ink = find_ink(rgba)
    box = find_box(ink)
    cropped = ink[box.top : box.bottom, box.left : box.right]
    fitted = fit(cropped)
    centre_of_mass = find_centre_of_mass(fitted)
    image, offset = place_centred(fitted, centre_of_mass)
    return Normalization(ink, box, cropped, fitted, centre_of_mass, offset, image)


def find_ink(rgba: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Brightness over the ground, (height, width) float32, stretched to [0, 1]."""
    _check_rgba(rgba)
    brightness = np.zeros(rgba.shape[:2], np.float32)
    for channel, weight in enumerate(LUMINANCE):
        brightness += rgba[..., channel] * np.float32(weight / (255 * 255))
    brightness *= rgba[..., 3]
    ground = min(float(brightness.min()), DARKEST_GROUND)
    contrast = float(brightness.max()) - ground
    if contrast < FAINTEST_CONTRAST:
        raise BlankDrawingError("Nothing is drawn yet: draw a digit.")
    return np.asarray(np.clip((brightness - ground) / contrast, 0, 1), np.float32)


def find_box(ink: NDArray[np.float32]) -> Box:
    """Smallest box around all ink; ``ink`` is (height, width) in [0, 1], its maximum 1."""
    mask = ink >= INK_THRESHOLD
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def fit(cropped: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scaled so that the longer side has 20 pixels, float32 in [0, 1], the brightest pixel 1."""
    height, width = cropped.shape
    scale = FITTED_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    fitted = np.asarray(Image.fromarray(cropped).resize(size, Image.Resampling.BOX))
    return np.asarray(np.clip(fitted / fitted.max(), 0, 1), np.float32)


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
