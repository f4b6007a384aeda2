"""Labelled samples to measure on: a test set's images, drawings of ours, pen strokes of a file."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.catalogue import load_dataset
from mnist_demo.handwriting import NOT_A_DIGIT, Drawing, make_digits, make_non_digits, render
from mnist_demo.image.normalization import from_canvas

__all__ = [
    "NOT_A_DIGIT",
    "DrawnSamples",
    "ImageSamples",
    "Samples",
    "load_test_set",
    "make_handwriting",
]
HANDWRITTEN_DIGITS = 2000
HANDWRITTEN_NON_DIGITS = 500
HANDWRITING_SEED = 7_000_000  # far from the seeds that training draws from


class Samples(Protocol):
    """Labelled samples whose images are made when they are asked for."""

    @property
    def labels(self) -> NDArray[np.int64]:
        """(n,): a class from 0 to 9, or NOT_A_DIGIT."""

    @property
    def fingerprint(self) -> str:
        """Names the content: a key for what is kept."""

    def __len__(self) -> int:
        """Return the number of samples."""

    def images(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Digit images (len(indices), 28, 28, 1) float32 in [0, 1]."""

    def drawing(self, index: int) -> Drawing | None:
        """Drawing that the image was made of, or None where there is only the image."""


@dataclass(frozen=True, eq=False)
class ImageSamples:
    """Finished images: ``pixels`` (n, 28, 28, 1) float32 in [0, 1], ``labels`` (n,) int64."""

    pixels: NDArray[np.float32]
    labels: NDArray[np.int64]

    @cached_property
    def fingerprint(self) -> str:
        """Checksum of all pixels and labels."""
        return _checksum(self.pixels, self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def images(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Digit images (len(indices), 28, 28, 1) float32 in [0, 1]."""
        return self.pixels[indices]

    def drawing(self, index: int) -> Drawing | None:
        """None: there is only the image."""
        return None


@dataclass(frozen=True, eq=False)
class DrawnSamples:
    """Drawings, which are rendered and normalised as those on the canvas are."""

    drawings: tuple[Drawing, ...]

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """(n,): a class from 0 to 9, or NOT_A_DIGIT."""
        return np.array([drawing.label for drawing in self.drawings], np.int64)

    @cached_property
    def fingerprint(self) -> str:
        """Checksum of all points, brushes and labels."""
        points = [stroke for drawing in self.drawings for stroke in drawing.strokes]
        brushes = np.array([drawing.brush for drawing in self.drawings])
        return _checksum(*points, brushes, self.labels)

    def __len__(self) -> int:
        return len(self.drawings)

    def images(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Digit images (len(indices), 28, 28, 1) float32 in [0, 1]."""
        return np.stack([from_canvas(render(self.drawings[index])) for index in indices])

    def drawing(self, index: int) -> Drawing | None:
        """Drawing that the image was made of."""
        return self.drawings[index]


def load_test_set(name: str) -> ImageSamples:
    """Test images of a data set; DatasetError where it cannot be had."""
    dataset = load_dataset(name)
    return ImageSamples(dataset.test_images, dataset.test_labels)


def make_handwriting(
    digits: int = HANDWRITTEN_DIGITS,
    non_digits: int = HANDWRITTEN_NON_DIGITS,
    seed: int = HANDWRITING_SEED,
) -> DrawnSamples:
    """Drawings made by the project: digits, then what is no digit; the same for the same seed."""
    return DrawnSamples((*make_digits(digits, seed), *make_non_digits(non_digits, seed + 1)))


def _checksum(*arrays: NDArray[np.generic]) -> str:
    checksum = hashlib.sha256()
    for array in arrays:
        checksum.update(f"{array.dtype}{array.shape}".encode())
        checksum.update(np.ascontiguousarray(array).data)
    return checksum.hexdigest()
