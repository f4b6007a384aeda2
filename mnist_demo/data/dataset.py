"""Labelled images to train and to test on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mnist_demo.errors import DatasetError

SPLITS = ("train", "test")


@dataclass(frozen=True)
class Dataset:
    """Labelled images, split in two; the catalogue knows what the classes are called.

    Attributes
    ----------
    train_images, test_images
        (n, 28, 28, 1) float32 in [0, 1].
    train_labels, test_labels
        (n,) int64, a class from 0 to 9.
    sha256
        Checksum of the file, where it is somebody's own.
    """

    name: str
    train_images: NDArray[np.float32]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.float32]
    test_labels: NDArray[np.int64]
    sha256: str = ""


def make_dataset(name: str, arrays: Mapping[str, NDArray[np.uint8]]) -> Dataset:
    """Data set of ``x_train``, ``y_train``, ``x_test`` and ``y_test``: images (n, 28, 28), labels.

    Raises ValueError with the name of the split where they are anything else.
    """
    parts: list[NDArray[np.generic]] = []
    for split in SPLITS:
        images, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
        if not _are_labelled_images(images, labels):
            raise ValueError(split)
        parts += [images[..., np.newaxis].astype(np.float32) / np.float32(255)]
        parts += [labels.astype(np.int64)]
    return Dataset(name, *parts)  # type: ignore[arg-type]  # in turn float32 and int64


def draw_examples(dataset: Dataset, count: int, seed: int) -> Dataset:
    """Only ``count`` different training images, as many of each class as there are.

    Raises DatasetError where there are fewer.
    """
    total = len(dataset.train_labels)
    if count > total:
        there, wanted = f"{total:,}", f"{count:,}"
        raise DatasetError(
            "There are only {total} training images, not {count}.", total=there, count=wanted
        )
    order = np.random.default_rng(seed).permutation(total)
    labels = dataset.train_labels[order]
    turns = np.empty(total, np.int64)  # when an image's class gives it
    for label in range(10):
        of_class = np.flatnonzero(labels == label)
        turns[of_class] = np.arange(len(of_class))
    rows = order[np.argsort(turns, kind="stable")[:count]]
    return replace(
        dataset,
        train_images=dataset.train_images[rows],
        train_labels=dataset.train_labels[rows],
    )


def _are_labelled_images(images: NDArray[np.generic], labels: NDArray[np.generic]) -> bool:
    """Whether these are (n, 28, 28) bytes and as many labels, 0 to 9."""
    return (
        images.dtype == np.uint8
        and labels.dtype.kind in "iu"
        and labels.size > 0
        and images.shape == (labels.size, 28, 28)
        and labels.shape == (labels.size,)
        and bool(np.isin(labels, range(10)).all())
    )
