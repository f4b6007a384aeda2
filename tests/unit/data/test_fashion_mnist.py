"""Fashion-MNIST is whole, or one sentence says what is wrong; a user's file is never touched."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.data.fashion_mnist import FILES, load_fashion_mnist
from mnist_demo.errors import DatasetError

IMAGES = np.random.default_rng(0).integers(0, 256, (30, 28, 28)).astype(np.uint8)
LABELS = np.tile(np.arange(10, dtype=np.uint8), 3)


def as_idx(array: NDArray[np.uint8]) -> bytes:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes())


@pytest.fixture
def folder(own_folders: Path) -> Path:
    folder = own_folders / "data" / "fashion-mnist"
    folder.mkdir(parents=True)
    for array, file in FILES.items():
        (folder.parent / file.path).write_bytes(as_idx(IMAGES if array[0] == "x" else LABELS))
    return folder


def test_folder_of_the_user_is_read(folder: Path) -> None:
    dataset = load_fashion_mnist()
    assert dataset.train_images.shape == (30, 28, 28, 1)
    assert dataset.test_images.dtype == np.float32
    np.testing.assert_allclose(dataset.test_images[..., 0] * 255, IMAGES, atol=1e-3)
    np.testing.assert_array_equal(dataset.train_labels, LABELS)
    assert dataset.train_labels.dtype == np.int64


@pytest.mark.parametrize("array", FILES)
def test_missing_file_is_named(folder: Path, array: str) -> None:
    (folder.parent / FILES[array].path).unlink()
    with pytest.raises(DatasetError, match=f"missing.*{FILES[array].path}"):
        load_fashion_mnist()


DAMAGES = {
    "empty": b"",
    "no gzip": b"nonsense",
    "cut off": as_idx(IMAGES)[:500],
    "other bytes": as_idx(IMAGES)[:900] + b"?" * 40 + as_idx(IMAGES)[940:],
    "short array": gzip.compress(gzip.decompress(as_idx(IMAGES))[:-5]),
    "short header": gzip.compress(b"\0\0\x08\x03\0"),
    "no bytes": gzip.compress(b"\0\0\x0d\x03" + bytes(12)),
    "other size": as_idx(IMAGES[:, :27]),
    "too few": as_idx(IMAGES[:29]),
}


@pytest.mark.parametrize("content", DAMAGES.values(), ids=DAMAGES)
def test_damaged_images_are_named_and_left_alone(folder: Path, content: bytes) -> None:
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=rf"{path.name} is damaged"):
        load_fashion_mnist()
    assert path.read_bytes() == content


def test_label_that_is_no_class_is_damage(folder: Path) -> None:
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(as_idx(LABELS + 1))
    with pytest.raises(DatasetError, match=r"t10k.* is damaged"):
        load_fashion_mnist()


def test_file_that_cannot_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DatasetError, match="cannot be read: Permission denied"):
        load_fashion_mnist()


def test_the_real_files(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (real_data / "fashion-mnist").is_dir():
        pytest.skip("needs the four files of Fashion-MNIST")
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    dataset = load_fashion_mnist()
    assert dataset.train_images.shape == (60_000, 28, 28, 1)
    assert np.bincount(dataset.train_labels).tolist() == [6000] * 10
    assert np.bincount(dataset.test_labels).tolist() == [1000] * 10
    assert dataset.train_images.max() == 1
