"""The files of Fashion-MNIST: four compressed arrays, from a folder of the user's or from Keras.

Source: https://github.com/zalandoresearch/fashion-mnist (MIT licence).
"""

import gzip
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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

FOLDER = "fashion-mnist"
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"  # Keras's own
CLASS_NAMES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


@dataclass(frozen=True)
class DataFile:
    """A file of the data set: the array that it holds, its size and its checksum."""

    array: str
    name: str
    size: int
    sha256: str


FILES = (
    DataFile(
        "x_train",
        "train-images-idx3-ubyte.gz",
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    ),
    DataFile(
        "y_train",
        "train-labels-idx1-ubyte.gz",
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    ),
    DataFile(
        "x_test",
        "t10k-images-idx3-ubyte.gz",
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    ),
    DataFile(
        "y_test",
        "t10k-labels-idx1-ubyte.gz",
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
)


def read_arrays(on_download: OnDownload) -> dict[str, NDArray[np.uint8]]:
    """Arrays ``x_train``, ``y_train``, ``x_test`` and ``y_test``, all uint8.

    Raises DatasetError where a file is missing, damaged or cannot be downloaded.
    """
    folder = own_folder()
    paths = _download(on_download) if folder is None else _find(folder / FOLDER)
    arrays = {array: _read_idx(path) for array, path in paths.items()}
    for split in ("train", "test"):
        if not are_labelled_images(arrays[f"x_{split}"], arrays[f"y_{split}"]):
            raise DatasetError(say_damaged(paths[f"x_{split}"]))
    return arrays


def _find(folder: Path) -> dict[str, Path]:
    paths = {file.array: folder / file.name for file in FILES}
    for path in paths.values():
        if not path.is_file():
            raise DatasetError(
                f"Fashion-MNIST is missing: there is no {path}, "
                f"below the place that {DATA_FOLDER_VARIABLE} names."
            )
    return paths


def _download(on_download: OnDownload) -> dict[str, Path]:
    """Keras's cached copies, downloaded where there are none."""
    folder = keras_folder() / FOLDER
    total, done = sum(file.size for file in FILES), 0
    for file in FILES:
        if not (folder / file.name).exists():
            _download_file(file, folder, _as_part(on_download, done / total, file.size / total))
        done += file.size
    return _find(folder)


def _as_part(on_download: OnDownload, start: float, size: float) -> OnDownload:
    """For a part of the whole that begins at the share ``start``."""
    return lambda share: on_download(start + size * share)


def _download_file(file: DataFile, folder: Path, on_download: OnDownload) -> None:
    """Under another name first: what a killed download leaves is taken for nothing else."""
    import keras

    half = f"{file.name}.download"
    try:
        with watch_download(on_download, file.size):
            keras.utils.get_file(
                half,
                URL + file.name,
                file_hash=file.sha256,
                cache_subdir=f"datasets/{FOLDER}",
                force_download=True,
            )
        (folder / half).rename(folder / file.name)
    except Exception as error:  # Keras raises bare Exception for every failure of a download
        raise DatasetError(
            "Fashion-MNIST cannot be downloaded: connect to the internet, or put its four files "
            f"into a folder {FOLDER} and name the folder above it in {DATA_FOLDER_VARIABLE}."
        ) from error


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """Array of bytes in a compressed IDX file: two zeros, 8 for bytes, axes, lengths, bytes."""
    try:
        content = gzip.decompress(path.read_bytes())
        zeros, kind, axes = struct.unpack_from(">HBB", content)
        shape = struct.unpack_from(f">{axes}I", content, 4)
        if (zeros, kind) != (0, 8):
            raise ValueError("no bytes")
        return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
    except gzip.BadGzipFile as error:
        raise DatasetError(say_damaged(path)) from error
    except OSError as error:
        raise DatasetError(f"The data file {path} cannot be read: {error.strerror}.") from error
    except (EOFError, zlib.error, struct.error, ValueError) as error:
        raise DatasetError(say_damaged(path)) from error
