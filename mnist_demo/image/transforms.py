"""Geometric changes of an image, and noise: each one once, for pages, recipes and tests.

An image is (height, width) or (height, width, 1) float32 in [0, 1], and so is each result. What
leaves an image is lost, and background, 0, comes in.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

NOISE_SEED = 1
LEAST_INK_LEFT = 0.4  # a stroke thinner than this has lost parts

Pixels = NDArray[np.float32]


def shift(image: Pixels, right: float, down: float) -> Pixels:
    """Moved by pixels, also by fractions of them."""
    return _transform(image, (1, 0, -right, 0, 1, -down))


def rotate(image: Pixels, degrees: float) -> Pixels:
    """Rotated clockwise about the middle."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return _about_middle(image, np.array([[cosine, sine], [-sine, cosine]]))


def pad_for_rotation(image: Pixels) -> Pixels:
    """The image in a frame so wide that no rotation loses anything."""
    height, width = image.shape
    return np.pad(image, math.ceil((math.hypot(height, width) - min(height, width)) / 2))


def scale(image: Pixels, factor: float) -> Pixels:
    """Larger or smaller about the middle, in a frame of the same size."""
    return _about_middle(image, np.eye(2) / factor)


def resize(
    image: Pixels, width: int, height: int, method: Image.Resampling = Image.Resampling.BOX
) -> Pixels:
    """The whole image (height, width) with other numbers of pixels."""
    resized = Image.fromarray(image).resize((width, height), method)
    return np.clip(np.asarray(resized, np.float32), 0, 1)


def resize_longer_side(image: Pixels, side: int) -> Pixels:
    """Resized (height, width) in its proportions, so that the longer side has ``side`` pixels."""
    height, width = image.shape
    factor = side / max(height, width)
    return resize(image, max(1, round(width * factor)), max(1, round(height * factor)))


def place_in_middle(image: Pixels, side: int) -> Pixels:
    """The image (height, width) in the middle of an empty square."""
    height, width = image.shape
    top, left = (side - height) // 2, (side - width) // 2
    square = np.zeros((side, side), np.float32)
    square[top : top + height, left : left + width] = image
    return square


def dilate(image: Pixels, pixels: int = 1) -> Pixels:
    """Ink grown by whole pixels on every side, corners included."""
    return _rank(image, np.maximum, pixels)


def erode(image: Pixels, pixels: int = 1) -> Pixels:
    """Ink shrunk by whole pixels on every side."""
    return _rank(image, np.minimum, pixels)


def erosions(image: Pixels) -> Iterator[Pixels]:
    """Eroded by 1, 2, ... pixels, the brightest pixel 1, until hardly any ink is left."""
    least = LEAST_INK_LEFT * image.sum()
    while (image := erode(image)).sum() > least:
        yield np.asarray(image / image.max(), np.float32)


def thicken(image: Pixels, amount: float) -> Pixels:
    """Mixed with its dilation (``amount`` 1) or its erosion (-1) by a pixel, or by two."""
    change = dilate if amount > 0 else erode
    remaining = abs(amount)
    while remaining > 0:
        image = image + np.float32(min(remaining, 1)) * (change(image) - image)
        remaining -= 1
    return np.asarray(image, np.float32)


def add_noise(image: Pixels, deviation: float) -> Pixels:
    """With normal noise of a standard deviation, always the same pattern, cut to [0, 1]."""
    noise = np.random.default_rng(NOISE_SEED).normal(0, 1, image.shape)
    return np.clip(image + np.float32(deviation) * noise.astype(np.float32), 0, 1)


def _about_middle(image: Pixels, matrix: NDArray[np.float64]) -> Pixels:
    middle = np.array([image.shape[1], image.shape[0]]) / 2
    offset = middle - matrix @ middle
    (a, b), (d, e) = matrix
    return _transform(image, (a, b, offset[0], d, e, offset[1]))


def _transform(image: Pixels, coefficients: tuple[float, ...]) -> Pixels:
    """Bilinear; ``coefficients`` map places of the result to places of ``image``, as Pillow's."""
    picture = Image.fromarray(np.pad(image.reshape(image.shape[:2]), 1))  # or it repeats the edge
    a, b, c, d, e, f = coefficients
    moved = (a, b, c + 1 - a - b, d, e, f + 1 - d - e)
    changed = picture.transform(
        picture.size, Image.Transform.AFFINE, moved, Image.Resampling.BILINEAR
    )
    inside = np.asarray(changed, np.float32)[1:-1, 1:-1]
    return np.clip(inside, 0, 1).reshape(image.shape)


def _rank(image: Pixels, choose: Callable[[Pixels, Pixels], Pixels], times: int) -> Pixels:
    """Each pixel becomes what is chosen of the 3 x 3 around it, ``times`` times."""
    for _ in range(times):
        padded = np.pad(image, [(1, 1), (1, 1), (0, 0)][: image.ndim])
        rows = choose(choose(padded[:-2], padded[1:-1]), padded[2:])
        image = choose(choose(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return image
