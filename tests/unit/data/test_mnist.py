"""MNIST is whole, or one sentence says what is wrong; a user's file is never touched."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_demo.data.dataset import Dataset
from mnist_demo.data.mnist import load_mnist
from mnist_demo.errors import DatasetError


@pytest.fixture
def data_file(own_folders: Path, write_mnist: Callable[..., Path]) -> Path:
    return write_mnist(own_folders / "data")


def test_folder_of_the_user_is_read(data_file: Path, tiny_dataset: Dataset) -> None:
    dataset = load_mnist()
    for name in ("train_images", "test_images"):
        images = getattr(dataset, name)
        assert images.dtype == np.float32
        np.testing.assert_allclose(images, getattr(tiny_dataset, name), atol=0.5 / 255)
    np.testing.assert_array_equal(dataset.train_labels, tiny_dataset.train_labels)
    np.testing.assert_array_equal(dataset.test_labels, tiny_dataset.test_labels)
    assert dataset.name == "mnist"


def test_real_mnist_has_its_sizes_and_range(
    monkeypatch: pytest.MonkeyPatch, real_data: Path
) -> None:
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    dataset = load_mnist()
    assert dataset.train_images.shape == (60_000, 28, 28, 1)
    assert dataset.test_images.shape == (10_000, 28, 28, 1)
    assert dataset.train_images.min() == 0
    assert dataset.train_images.max() == 1
    assert np.bincount(dataset.train_labels)[:3].tolist() == [5923, 6742, 5958]


def test_missing_file_is_named_with_its_place(own_folders: Path) -> None:
    with pytest.raises(DatasetError, match=r"data/mnist\.npz.*MNIST_DEMO_DATA"):
        load_mnist()


def assert_damaged_and_kept(path: Path) -> None:
    content = path.read_bytes()
    with pytest.raises(DatasetError, match=r"mnist\.npz is damaged: move it away"):
        load_mnist()
    assert path.read_bytes() == content


@pytest.mark.parametrize("fraction", [0, 0.1, 0.5, 0.99])
def test_truncated_file_is_damaged_and_kept(data_file: Path, fraction: float) -> None:
    content = data_file.read_bytes()
    data_file.write_bytes(content[: int(len(content) * fraction)])
    assert_damaged_and_kept(data_file)


def test_any_changed_byte_is_noticed_or_harmless(data_file: Path) -> None:
    whole = load_mnist()
    content = data_file.read_bytes()
    damaged = 0
    positions = [
        *range(0, 120),
        *range(120, len(content) - 400, len(content) // 150),
        *range(len(content) - 400, len(content)),
    ]
    for position in positions:
        data_file.write_bytes(
            content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1 :]
        )
        try:
            dataset = load_mnist()
        except DatasetError:
            damaged += 1
        else:
            np.testing.assert_array_equal(dataset.train_images, whole.train_images)
            np.testing.assert_array_equal(dataset.test_labels, whole.test_labels)
    assert damaged > len(positions) / 2


@pytest.mark.parametrize(
    "changes",
    [
        {"x_train": np.zeros((160, 28, 27), np.uint8)},
        {"x_train": np.zeros((160, 28, 28), np.float32)},
        {"x_test": np.zeros((39, 28, 28), np.uint8)},
        {"y_train": np.full(160, 10, np.uint8)},
        {"y_train": np.full(160, 1.5)},
        {"y_test": np.full(40, -1, np.int8)},
        {"y_test": np.zeros((0,), np.uint8), "x_test": np.zeros((0, 28, 28), np.uint8)},
        {"y_test": np.array([None] * 40, object)},
        {"y_test": np.uint8(3)},
    ],
    ids=[
        "width",
        "dtype",
        "count",
        "eleventh class",
        "fraction",
        "negative",
        "empty",
        "objects",
        "scalar",
    ],
)
def test_other_arrays_are_damage(data_file: Path, changes: dict[str, Any]) -> None:
    with np.load(data_file) as file:
        arrays = dict(file)
    np.savez(data_file, **(arrays | changes))
    assert_damaged_and_kept(data_file)


def test_missing_array_is_damage(data_file: Path) -> None:
    with np.load(data_file) as file:
        arrays = dict(file)
    del arrays["y_test"]
    np.savez(data_file, **arrays)
    assert_damaged_and_kept(data_file)


def test_file_that_cannot_be_read_is_not_called_damaged(
    data_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DatasetError, match=r"mnist\.npz cannot be read: Permission denied"):
        load_mnist()


def test_text_in_place_of_the_file_is_damage(data_file: Path) -> None:
    data_file.write_text("<html>Not found</html>")
    assert_damaged_and_kept(data_file)


def test_mnist_is_taken_and_with_labels_swapped_it_is_not(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    assert len(load_mnist().train_labels) == 60_000
    with np.load(real_data / "mnist.npz") as file:
        arrays = dict(file)
    arrays["y_train"] = arrays["y_train"][::-1]
    monkeypatch.setenv("MNIST_DEMO_DATA", str(tmp_path))
    np.savez(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(DatasetError, match="as many images as MNIST, but they or their labels"):
        load_mnist()
    selection = {name: array[:9_999] for name, array in arrays.items()}
    np.savez(tmp_path / "mnist.npz", **selection)
    assert len(load_mnist().test_labels) == 9_999
