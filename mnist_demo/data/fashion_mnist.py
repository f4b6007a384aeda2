"""Fashion-MNIST: four compressed arrays.

Source: https://github.com/zalandoresearch/fashion-mnist (MIT licence).
"""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset, make_dataset
from mnist_demo.data.download import RemoteFile, damaged, find_files, unreadable
from mnist_demo.progress import OnFraction, ignore_fraction

FILES = {
    "x_train": RemoteFile(
        "fashion-mnist/train-images-idx3-ubyte.gz",
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    ),
    "y_train": RemoteFile(
        "fashion-mnist/train-labels-idx1-ubyte.gz",
        29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    ),
    "x_test": RemoteFile(
        "fashion-mnist/t10k-images-idx3-ubyte.gz",
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    ),
    "y_test": RemoteFile(
        "fashion-mnist/t10k-labels-idx1-ubyte.gz",
        5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
}


def load_fashion_mnist(on_fraction: OnFraction = ignore_fraction) -> Dataset:
    """Fashion-MNIST; DatasetError where a file is missing, damaged or cannot be downloaded."""
    found = find_files("Fashion-MNIST", tuple(FILES.values()), on_fraction)
    paths = dict(zip(FILES, found, strict=True))
    arrays = {array: _read_idx(path) for array, path in paths.items()}
    try:
        return make_dataset("fashion-mnist", arrays)
    except ValueError as error:
        raise damaged(paths[f"x_{error}"]) from error


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
        raise damaged(path) from error
    except OSError as error:
        raise unreadable(path, error) from error
    except (EOFError, zlib.error, struct.error, ValueError) as error:
        raise damaged(path) from error
