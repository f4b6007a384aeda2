"""MNIST is whole, or one sentence says what is wrong; a user's file is never touched."""

import errno
import filecmp
import hashlib
import shutil
import urllib.error
from pathlib import Path

import numpy as np
import pytest
from keras.src.backend import config
from keras.src.utils import file_utils

from mnist_demo import datasets
from mnist_demo.datasets import load_dataset, load_mnist
from mnist_demo.errors import DatasetError


@pytest.fixture
def data_file(own_folders, write_mnist):
    return write_mnist(own_folders / "data")


@pytest.fixture
def keras_file(monkeypatch, tmp_path):
    """A user's machine: no folder of ours, and where Keras keeps MNIST; no file is there yet."""
    monkeypatch.delenv("MNIST_DEMO_DATA")
    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets" / "mnist.npz"


@pytest.fixture
def internet(monkeypatch, data_file):
    """Replaces what Keras downloads with: the tiny file, in four parts; counts the downloads."""
    downloads = []

    def retrieve(url, filename, reporthook):
        downloads.append(url)
        size = data_file.stat().st_size
        for block in range(4):
            reporthook(block, size / 4, size)
        shutil.copy(data_file, filename)
        reporthook(4, size / 4, size)

    monkeypatch.setattr(file_utils, "urlretrieve", retrieve)
    is_whole = filecmp.cmp  # in place of a checksum that only the real file has
    monkeypatch.setattr(
        file_utils, "validate_file", lambda path, *_, **__: is_whole(path, data_file, shallow=False)
    )
    return downloads


def test_folder_of_the_user_is_read(data_file, tiny_dataset):
    dataset = load_dataset("mnist")
    for name in ("train_images", "test_images"):
        images = getattr(dataset, name)
        assert images.dtype == np.float32
        np.testing.assert_allclose(images, getattr(tiny_dataset, name), atol=0.5 / 255)
    np.testing.assert_array_equal(dataset.train_labels, tiny_dataset.train_labels)
    np.testing.assert_array_equal(dataset.test_labels, tiny_dataset.test_labels)
    assert dataset.class_names == tuple("0123456789")


def test_real_mnist_has_its_sizes_and_range(monkeypatch, shared_data):
    monkeypatch.setenv("MNIST_DEMO_DATA", str(shared_data))
    dataset = load_mnist()
    assert dataset.train_images.shape == (60_000, 28, 28, 1)
    assert dataset.test_images.shape == (10_000, 28, 28, 1)
    assert dataset.train_images.min() == 0
    assert dataset.train_images.max() == 1
    assert np.bincount(dataset.train_labels)[:3].tolist() == [5923, 6742, 5958]


def test_missing_file_is_named_with_its_place(own_folders):
    with pytest.raises(DatasetError, match=r"data/mnist\.npz.*MNIST_DEMO_DATA"):
        load_mnist()


def assert_damaged_and_kept(path):
    content = path.read_bytes()
    with pytest.raises(DatasetError, match=r"mnist\.npz is damaged: move it away"):
        load_mnist()
    assert path.read_bytes() == content


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_truncated_file_is_damaged_and_kept(data_file, share):
    content = data_file.read_bytes()
    data_file.write_bytes(content[: int(len(content) * share)])
    assert_damaged_and_kept(data_file)


def test_any_changed_byte_is_noticed_or_harmless(data_file):
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
def test_other_arrays_are_damage(data_file, changes):
    with np.load(data_file) as file:
        arrays = dict(file)
    np.savez(data_file, **(arrays | changes))
    assert_damaged_and_kept(data_file)


def test_missing_array_is_damage(data_file):
    with np.load(data_file) as file:
        arrays = dict(file)
    del arrays["y_test"]
    np.savez(data_file, **arrays)
    assert_damaged_and_kept(data_file)


def test_file_that_cannot_be_read_is_not_called_damaged(data_file, monkeypatch):
    def refuse(_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DatasetError, match=r"mnist\.npz cannot be read: Permission denied"):
        load_mnist()


def test_text_in_place_of_the_file_is_damage(data_file):
    data_file.write_text("<html>Not found</html>")
    assert_damaged_and_kept(data_file)


def test_without_network_one_sentence_says_what_to_do(keras_file, monkeypatch):
    def fail(*_):
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr(file_utils, "urlretrieve", fail)
    with pytest.raises(DatasetError, match=r"cannot be downloaded: connect.*MNIST_DEMO_DATA"):
        load_mnist()
    assert not keras_file.exists()


def test_damaged_copy_of_keras_is_neither_deleted_nor_downloaded_again(keras_file, internet):
    keras_file.write_bytes(b"half a download")
    assert_damaged_and_kept(keras_file)
    assert not internet


def test_download_reports_its_progress_and_is_read(keras_file, internet):
    progress_bar = file_utils.Progbar
    shares = []
    assert len(load_mnist(shares.append).train_images) == 160
    assert shares == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert len(internet) == 1
    assert keras_file.is_file()
    assert file_utils.Progbar is progress_bar


def test_downloaded_copy_is_used_again(keras_file, internet, data_file, monkeypatch):
    load_mnist()
    digest = hashlib.sha256(data_file.read_bytes()).hexdigest()
    monkeypatch.setattr(datasets, "MNIST_SHA256", digest)
    assert len(load_mnist().test_images) == 40
    assert len(internet) == 1


def test_download_that_is_killed_leaves_nothing_under_the_name_of_a_whole_file(
    keras_file, internet, monkeypatch
):
    class Killed(BaseException):
        """Passes every handler, as SIGKILL does."""

    def break_off(_, filename, __):
        Path(filename).write_bytes(b"half a file")
        raise Killed

    retrieve = file_utils.urlretrieve
    monkeypatch.setattr(file_utils, "urlretrieve", break_off)
    with pytest.raises(Killed):
        load_mnist()
    assert not keras_file.exists()
    monkeypatch.setattr(file_utils, "urlretrieve", retrieve)
    assert len(load_mnist().train_images) == 160


def test_unknown_data_set_is_named_with_those_there_are():
    with pytest.raises(KeyError, match=r"no-such-data.*mnist"):
        load_dataset("no-such-data")


def test_handwriting_needs_no_file_and_is_always_the_same(monkeypatch):
    monkeypatch.setattr(datasets, "HANDWRITING_COUNTS", {"train": 30, "test": 20})
    shares = []
    first = load_dataset("handwriting", shares.append)
    again = load_dataset("handwriting")
    assert first.train_images.shape == (30, 28, 28, 1)
    assert np.bincount(first.test_labels).tolist() == [2] * 10
    assert np.array_equal(first.train_images, again.train_images)
    assert not np.array_equal(first.train_images[:20], first.test_images)
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    for image in first.train_images:  # prepared as any drawing is
        assert np.flatnonzero(image.any(axis=(1, 2))).size <= 20
        assert image.max() == 1
