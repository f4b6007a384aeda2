"""Fashion-MNIST is whole, or one sentence says what is wrong; a user's file is never touched."""

import gzip
import struct
from pathlib import Path

import keras
import numpy as np
import pytest
from keras.src.backend import config

from mnist_demo.datasets import load_dataset
from mnist_demo.errors import DatasetError
from mnist_demo.fashion_mnist import FILES

IMAGES = np.random.default_rng(0).integers(0, 256, (30, 28, 28)).astype(np.uint8)
LABELS = np.tile(np.arange(10, dtype=np.uint8), 3)


def as_idx(array):
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes())


def write_files(folder):
    folder.mkdir(parents=True)
    for file in FILES:
        (folder / file.name).write_bytes(as_idx(IMAGES if file.array[0] == "x" else LABELS))
    return folder


@pytest.fixture
def folder(own_folders):
    return write_files(own_folders / "data" / "fashion-mnist")


def test_folder_of_the_user_is_read(folder):
    dataset = load_dataset("fashion-mnist")
    assert dataset.train_images.shape == (30, 28, 28, 1)
    assert dataset.test_images.dtype == np.float32
    np.testing.assert_allclose(dataset.test_images[..., 0] * 255, IMAGES, atol=1e-3)
    np.testing.assert_array_equal(dataset.train_labels, LABELS)
    assert dataset.train_labels.dtype == np.int64
    assert dataset.class_names[0] == "T-shirt"
    assert dataset.class_names[9] == "Ankle boot"
    assert len(dataset.class_names) == 10


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.array)
def test_missing_file_is_named(folder, file):
    (folder / file.name).unlink()
    with pytest.raises(DatasetError, match=f"missing.*{file.name}"):
        load_dataset("fashion-mnist")


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
def test_damaged_images_are_named_and_left_alone(folder, content):
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=rf"{path.name} is damaged"):
        load_dataset("fashion-mnist")
    assert path.read_bytes() == content


def test_label_that_is_no_class_is_damage(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(as_idx(LABELS + 1))
    with pytest.raises(DatasetError, match="damaged"):
        load_dataset("fashion-mnist")


def test_file_that_cannot_be_read_is_named(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DatasetError, match="cannot be read: Permission denied"):
        load_dataset("fashion-mnist")


@pytest.fixture
def internet(monkeypatch, tmp_path):
    """A machine with no folder of the user's; what Keras would download, and how often."""
    source = write_files(tmp_path / "internet")
    monkeypatch.delenv("MNIST_DEMO_DATA")
    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path / "keras"))
    downloads = []

    def get_file(name, origin, file_hash, cache_subdir, force_download):
        downloads.append(origin)
        target = tmp_path / "keras" / cache_subdir / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((source / Path(origin).name).read_bytes())
        reporter = keras.src.utils.file_utils.Progbar(100)
        for percent in (50, 100):
            reporter.update(percent)

    monkeypatch.setattr(keras.utils, "get_file", get_file)
    return downloads


def test_download_reports_its_progress_and_is_used_again(internet):
    shares = []
    assert len(load_dataset("fashion-mnist", shares.append).train_images) == 30
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert len(internet) == 4
    load_dataset("fashion-mnist")
    assert len(internet) == 4


def test_download_that_fails_is_explained_and_leaves_nothing(internet, monkeypatch, tmp_path):
    def fail(*_, **__):
        raise Exception("no route to host")

    monkeypatch.setattr(keras.utils, "get_file", fail)
    with pytest.raises(DatasetError, match="cannot be downloaded: connect to the internet"):
        load_dataset("fashion-mnist")
    assert not (tmp_path / "keras").exists()


def test_the_real_files(shared_data, monkeypatch):
    if not (shared_data / "fashion-mnist").is_dir():
        pytest.skip("needs the four files of Fashion-MNIST")
    monkeypatch.setenv("MNIST_DEMO_DATA", str(shared_data))
    dataset = load_dataset("fashion-mnist")
    assert dataset.train_images.shape == (60_000, 28, 28, 1)
    assert np.bincount(dataset.train_labels).tolist() == [6000] * 10
    assert np.bincount(dataset.test_labels).tolist() == [1000] * 10
    assert dataset.train_images.max() == 1
