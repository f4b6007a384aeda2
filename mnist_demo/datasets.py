"""Labelled images to train and test on: arrays, split and class names."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_demo import fashion_mnist
from mnist_demo.data_files import (
    DATA_FOLDER_VARIABLE,
    OnDownload,
    are_labelled_images,
    keras_folder,
    own_folder,
    say_damaged,
    watch_download,
)
from mnist_demo.errors import DatasetError
from mnist_demo.handwriting import make_digits, render
from mnist_demo.images import from_canvas

MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"  # Keras's own
MNIST_BYTES = 11_490_434
DIGITS = tuple("0123456789")
CLASS_NAMES = {
    "mnist": DIGITS,
    "handwriting": DIGITS,
    "fashion-mnist": fashion_mnist.CLASS_NAMES,
}
THINGS = {DIGITS: "digits", fashion_mnist.CLASS_NAMES: "clothing"}  # all classes in a word
HANDWRITING_COUNTS = {"train": 12_000, "test": 2_000}
HANDWRITING_SEED = 100
HANDWRITING_CANVAS = 140  # pixels; a drawing this small takes a quarter of the time


@dataclass(frozen=True)
class Dataset:
    """Labelled images, split in two.

    Attributes
    ----------
    train_images, test_images
        (n, 28, 28, 1) float32 in [0, 1].
    train_labels, test_labels
        (n,) int64, an index into ``class_names``.
    """

    name: str
    train_images: NDArray[np.float32]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.float32]
    test_labels: NDArray[np.int64]
    class_names: tuple[str, ...]


def load_dataset(name: str, on_download: OnDownload = lambda fraction: None) -> Dataset:
    """Data set called ``name``; ``on_download`` gets the share of a download that is done.

    Raises DatasetError, in one sentence, where the data cannot be had.
    """
    if name not in DATASETS:
        raise KeyError(f"there is no data set {name!r}, only {', '.join(DATASETS)}")
    return DATASETS[name](on_download)


def load_mnist(on_download: OnDownload = lambda fraction: None) -> Dataset:
    """MNIST from the folder in ``MNIST_DEMO_DATA``, where that is set, or from Keras."""
    arrays = _read_mnist_arrays(_find_mnist_file(on_download))
    return _make_dataset("mnist", arrays)


def load_fashion_mnist(on_download: OnDownload = lambda fraction: None) -> Dataset:
    """Fashion-MNIST from ``fashion-mnist`` in that folder, where it is set, or from Keras."""
    arrays = fashion_mnist.read_arrays(on_download)
    return _make_dataset("fashion-mnist", arrays)


def load_handwriting(on_progress: OnDownload = lambda fraction: None) -> Dataset:
    """Digits drawn by `handwriting`, always the same, for where MNIST cannot be had."""
    arrays: dict[str, NDArray[np.uint8]] = {}
    for seed, (split, count) in enumerate(HANDWRITING_COUNTS.items()):
        labels = [index % 10 for index in range(count)]
        drawings = make_digits(count, HANDWRITING_SEED + seed, labels, size=HANDWRITING_CANVAS)
        images = np.empty((count, 28, 28), np.uint8)
        for index, drawing in enumerate(drawings):
            images[index] = np.rint(from_canvas(render(drawing))[..., 0] * 255)
            if index % 100 == 0:
                on_progress(index / count)
        arrays[f"x_{split}"] = images
        arrays[f"y_{split}"] = np.array(labels, np.uint8)
    return _make_dataset("handwriting", arrays)


def _make_dataset(name: str, arrays: dict[str, NDArray[np.uint8]]) -> Dataset:
    return Dataset(
        name,
        _as_images(arrays["x_train"]),
        arrays["y_train"].astype(np.int64),
        _as_images(arrays["x_test"]),
        arrays["y_test"].astype(np.int64),
        CLASS_NAMES[name],
    )


def _find_mnist_file(on_download: OnDownload) -> Path:
    folder = own_folder()
    if folder is None:
        return _download_mnist(on_download)
    path = folder / "mnist.npz"
    if not path.is_file():
        raise DatasetError(
            f"MNIST is missing: there is no {path}, the place that {DATA_FOLDER_VARIABLE} names."
        )
    return path


def _download_mnist(on_download: OnDownload) -> Path:
    """Keras's cached copy, downloaded where there is none; a damaged one is left alone."""
    import keras

    path = keras_folder() / "mnist.npz"
    if path.exists():
        if hashlib.sha256(path.read_bytes()).hexdigest() != MNIST_SHA256:
            raise DatasetError(say_damaged(path))
        return path
    half = path.with_name("mnist.npz.download")  # what a killed download leaves is no mnist.npz
    try:
        with watch_download(on_download, MNIST_BYTES):
            keras.datasets.mnist.load_data(half.name)
        half.rename(path)
    except Exception as error:  # Keras raises bare Exception for every failure of a download
        raise DatasetError(
            "MNIST cannot be downloaded: connect to the internet, or put mnist.npz into a folder "
            f"and name that folder in {DATA_FOLDER_VARIABLE}."
        ) from error
    return path


def _read_mnist_arrays(path: Path) -> dict[str, NDArray[np.uint8]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"The data file {path} cannot be read: {error.strerror}.") from error
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {key: file[key] for key in ("x_train", "y_train", "x_test", "y_test")}
    except Exception as error:  # a damaged zip raises nearly anything
        raise DatasetError(say_damaged(path)) from error
    for split in ("train", "test"):
        if not are_labelled_images(arrays[f"x_{split}"], arrays[f"y_{split}"]):
            raise DatasetError(say_damaged(path))
    return arrays


def _as_images(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 28, 28) uint8 as (n, 28, 28, 1) float32 in [0, 1]."""
    return pixels[..., np.newaxis].astype(np.float32) / np.float32(255)


DATASETS = {
    "mnist": load_mnist,
    "fashion-mnist": load_fashion_mnist,
    "handwriting": load_handwriting,
}
