"""A data set of digits that the project draws itself, for where MNIST cannot be had."""

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.dataset import SPLITS, Dataset, make_dataset
from mnist_demo.handwriting import make_digits, render
from mnist_demo.image.normalization import from_canvas
from mnist_demo.progress import OnFraction, ignore_fraction

COUNTS = {"train": 12_000, "test": 2_000}
SEED = 100
CANVAS_SIZE = 140  # pixels; a drawing this small takes a quarter of the time


def load_handwriting(on_fraction: OnFraction = ignore_fraction) -> Dataset:
    """Digits drawn by `handwriting`, always the same."""
    arrays: dict[str, NDArray[np.uint8]] = {}
    done, total = 0, sum(COUNTS.values())
    for seed, split in enumerate(SPLITS, SEED):
        labels = np.arange(COUNTS[split], dtype=np.uint8) % 10
        images = np.empty((len(labels), 28, 28), np.uint8)
        drawings = make_digits(len(labels), seed, labels.tolist(), size=CANVAS_SIZE)
        for image, drawing in zip(images, drawings, strict=True):
            image[:] = np.rint(from_canvas(render(drawing))[..., 0] * 255)
            done += 1
            if done % 50 == 0:
                on_fraction(done / total)
        arrays |= {f"x_{split}": images, f"y_{split}": labels}
    return make_dataset("handwriting", arrays)
