"""What the recipe ``robust`` learns from: MNIST, drawn digits and non-digits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_demo import handwriting
from mnist_demo.data.dataset import Dataset
from mnist_demo.handwriting import Drawing
from mnist_demo.handwriting.redrawing import redraw
from mnist_demo.image.normalization import IMAGE_SIDE, find_box, find_ink, from_canvas

NO_DIGIT = 10
"""Label of non-digits."""

CANVAS_SIZE = 140  # drawn this small, a drawing is made four times as fast
PENS = (0.03, 0.25)  # widths as fractions of a drawing's longer side
SPECKLED = 0.1  # how many drawings have specks on them
CLIPPED = 0.06  # and how many lie partly beyond the edge of the canvas
LARGEST_SPECK = 6  # pixels
DEEPEST_CUT = 0.1  # of a drawing's width or height
ONES = 0.24  # of the drawn digits: there are most ways of a 1 that MNIST lacks, and it has many 7s
FALLING_DIGITS = (3, 4, 5)  # those that are not digits when they lie on their side


@dataclass(frozen=True)
class Examples:
    """Images (n, 28, 28, 1) uint8 and their labels (n,) int32: a digit, or NO_DIGIT."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: NDArray[np.integer] | slice) -> "Examples":
        """Only the examples in these rows."""
        return Examples(self.images[rows], self.labels[rows])


def join(parts: Sequence[Examples]) -> Examples:
    """All examples of all parts, in their order."""
    return Examples(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def take_training_images(dataset: Dataset) -> Examples:
    """The data set's training images as bytes."""
    return Examples(_as_bytes(dataset.train_images), dataset.train_labels.astype(np.int32))


def draw_digits(count: int, seed: int) -> Examples:
    """Digits of `handwriting`, prepared as any drawing is; `ONES` of them are a 1."""
    frequencies = np.full(10, (1 - ONES) / 9)
    frequencies[1] = ONES
    labels = np.random.default_rng(seed).choice(10, count, p=frequencies)
    drawings = handwriting.make_digits(count, seed, labels.tolist(), CANVAS_SIZE, PENS)
    return _prepare(drawings, seed)


def redraw_digits(count: int, seed: int, digits: Examples) -> Examples:
    """Some of ``digits`` with the pens of a canvas, prepared as any drawing is."""
    rng = np.random.default_rng(seed)
    chosen = digits.take(rng.integers(0, len(digits), count))
    papers = redraw(chosen.images, rng)
    images = np.stack([from_canvas(_put_on_canvas(paper)) for paper in papers])
    return Examples(_as_bytes(images), chosen.labels)


def _put_on_canvas(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Ink (height, width) uint8 as an opaque canvas (height, width, 4)."""
    return np.dstack([ink, ink, ink, np.full_like(ink, 255)])


def make_non_digits(count: int, seed: int, digits: Examples) -> Examples:
    """Non-digits: four fifths drawn, the rest made of ``digits``, fallen over or in pairs."""
    few = count // 10
    rng = np.random.default_rng(seed)
    drawings = handwriting.make_non_digits(count - 2 * few, seed, CANVAS_SIZE, PENS)
    return join([_prepare(drawings, seed), _fell(digits, few, rng), _pair(digits, few, rng)])


def _prepare(drawings: Sequence[Drawing], seed: int) -> Examples:
    rng = np.random.default_rng(seed)
    papers = (spoil(handwriting.render(drawing), rng) for drawing in drawings)
    images = np.stack([from_canvas(paper) for paper in papers])
    labels = [NO_DIGIT if d.label == handwriting.NOT_A_DIGIT else d.label for d in drawings]
    return Examples(_as_bytes(images), np.array(labels, np.int32))


def spoil(rgba: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """A canvas (height, width, 4), now and then with specks on it, or with an edge cut off."""
    if rng.random() < SPECKLED:
        for x, y in rng.integers(0, len(rgba), (int(rng.integers(1, 4)), 2)):
            reach = int(rng.integers(1, LARGEST_SPECK + 1))
            rgba[y : y + reach, x : x + reach, :3] = 255
    return _clip(rgba, rng) if rng.random() < CLIPPED else rgba


def _clip(rgba: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """A canvas without a little of what is drawn on it, at any of the four sides."""
    box = find_box(find_ink(rgba))
    depth = rng.uniform(0, DEEPEST_CUT)
    rows, columns = round(depth * box.height), round(depth * box.width)
    match rng.integers(4):
        case 0:
            return rgba[box.top + rows :]
        case 1:
            return rgba[: box.bottom - rows]
        case 2:
            return rgba[:, box.left + columns :]
        case _:
            return rgba[:, : box.right - columns]


def _fell(digits: Examples, count: int, rng: Generator) -> Examples:
    """Digits on their side; pairs where none of them can fall."""
    falling = np.flatnonzero(np.isin(digits.labels, FALLING_DIGITS))
    if not len(falling):
        return _pair(digits, count, rng)
    rows = rng.choice(falling, count)
    sides = rng.choice([1, 3], count)
    images = np.zeros((count, *digits.images.shape[1:]), np.uint8)
    for image, row, side in zip(images, rows, sides, strict=True):
        image[:] = np.rot90(digits.images[row], side)
    return Examples(images, np.full(count, NO_DIGIT, np.int32))


def _pair(digits: Examples, count: int, rng: Generator) -> Examples:
    """Two digits side by side, touching or not, prepared as one drawing."""
    images = np.zeros((count, IMAGE_SIDE, IMAGE_SIDE, 1), np.float32)
    for image, (left, right) in zip(images, rng.integers(0, len(digits), (count, 2)), strict=True):
        paper = np.zeros((IMAGE_SIDE, 2 * IMAGE_SIDE), np.uint8)
        start = int(rng.integers(14, IMAGE_SIDE + 1))
        paper[:, :IMAGE_SIDE] = digits.images[left, ..., 0]
        places = paper[:, start : start + IMAGE_SIDE]
        np.maximum(places, digits.images[right, ..., 0], out=places)
        image[:] = from_canvas(_put_on_canvas(paper))
    return Examples(_as_bytes(images), np.full(count, NO_DIGIT, np.int32))


def _as_bytes(images: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.round(images * 255).astype(np.uint8)
