"""MNIST: one file of four arrays."""

import hashlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.dataset import SPLITS, Dataset, make_dataset
from mnist_demo.data.download import RemoteFile, damaged, find_files, unreadable
from mnist_demo.errors import DatasetError
from mnist_demo.progress import OnFraction, ignore_fraction

FILE = RemoteFile(
    "mnist.npz", 11_490_434, "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
)
IMAGES = {"y_train": 60_000, "y_test": 10_000}
CONTENT = "c868f4cc70f1ec2961bd3b26437ea3a5d0e93cba4d95b336c6d475dd9dabb021"


def load_mnist(on_fraction: OnFraction = ignore_fraction) -> Dataset:
    """MNIST; DatasetError where its file is missing, damaged or cannot be downloaded.

    A file with more or fewer images than MNIST is somebody's selection, and is taken as it is.
    """
    (path,) = find_files("MNIST", (FILE,), on_fraction)
    try:
        arrays = _read_arrays(path)
        dataset = make_dataset("mnist", arrays)
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:
        raise damaged(path) from error
    is_whole = all(len(arrays[name]) == count for name, count in IMAGES.items())
    if is_whole and _checksum(arrays) != CONTENT:
        raise DatasetError(
            "The data file {path} has as many images as MNIST, but they or their labels differ.",
            path=path,
        )
    return dataset


def _checksum(arrays: dict[str, NDArray[np.uint8]]) -> str:
    """Of what the arrays hold, as files hold the same in different ways."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(arrays[name].astype(np.uint8).tobytes())
    return digest.hexdigest()


def _read_arrays(path: Path) -> dict[str, NDArray[np.uint8]]:
    """Arrays of the file; OSError where it cannot be read, ValueError where it is damaged."""
    content = path.read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {f"{kind}_{split}": file[f"{kind}_{split}"] for split in SPLITS for kind in "xy"}
    except Exception as error:  # a damaged zip raises nearly anything
        raise ValueError("no arrays") from error
