"""MNIST: one file of four arrays."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.dataset import SPLITS, Dataset, make_dataset
from mnist_demo.data.download import RemoteFile, damaged, find_files, unreadable
from mnist_demo.progress import OnFraction, ignore_fraction

FILE = RemoteFile(
    "mnist.npz", 11_490_434, "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
)


def load_mnist(on_fraction: OnFraction = ignore_fraction) -> Dataset:
    """MNIST; DatasetError where its file is missing, damaged or cannot be downloaded."""
    (path,) = find_files("MNIST", (FILE,), on_fraction)
    try:
        return make_dataset("mnist", _read_arrays(path))
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:
        raise damaged(path) from error


def _read_arrays(path: Path) -> dict[str, NDArray[np.uint8]]:
    """Arrays of the file; OSError where it cannot be read, ValueError where it is damaged."""
    content = path.read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {f"{kind}_{split}": file[f"{kind}_{split}"] for split in SPLITS for kind in "xy"}
    except Exception as error:  # a damaged zip raises nearly anything
        raise ValueError("no arrays") from error
