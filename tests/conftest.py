"""Fixtures for all storeys: own folders for every test, real and tiny data, the shipped reader."""

import os
import threading
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import pytest

from mnist_demo.datasets import Dataset
from mnist_demo.handwriting import make_digits, render
from mnist_demo.images import from_canvas
from mnist_demo.store import SHIPPED_FOLDER, Store

PROJECT = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("MNIST_DEMO_DATA") or PROJECT.parent / "shared" / "data")


@pytest.fixture(autouse=True)
def own_folders(monkeypatch, tmp_path):
    """No test writes into the project, reads a user's own models or downloads anything."""
    monkeypatch.setenv("MNIST_DEMO_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("MNIST_DEMO_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("MNIST_DEMO_RETRAINING", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def shared_data():
    """Folder with MNIST and the pen digits, which the project does not contain."""
    if not (SHARED_DATA / "mnist.npz").is_file():
        pytest.skip(
            f"needs mnist.npz, which is not in {SHARED_DATA}: name its folder in MNIST_DEMO_DATA"
        )
    return SHARED_DATA


@pytest.fixture(scope="session")
def mnist_digits(shared_data):
    """A hundred test images of MNIST, (100, 28, 28) float32 in [0, 1], ten of each digit."""
    with np.load(shared_data / "mnist.npz") as file:
        images, labels = file["x_test"], file["y_test"]
    chosen = np.concatenate([np.flatnonzero(labels == digit)[:10] for digit in range(10)])
    return images[chosen].astype(np.float32) / 255


@pytest.fixture(scope="session")
def drawings():
    """Two hundred drawings of digits in many hands."""
    return make_digits(200, seed=3, size=140)


@pytest.fixture(scope="session")
def tiny_dataset(drawings):
    """160 images to train on and 40 to test on, in the place of MNIST."""
    images = np.stack([from_canvas(render(drawing)) for drawing in drawings])
    labels = np.array([drawing.label for drawing in drawings])
    return Dataset(
        "mnist", images[:160], labels[:160], images[160:], labels[160:], tuple("0123456789")
    )


@pytest.fixture(scope="session")
def write_mnist(tiny_dataset):
    """Function that writes ``mnist.npz`` with ``repeats`` times the tiny images into a folder."""

    def write(folder, repeats=1):
        folder.mkdir(parents=True, exist_ok=True)

        def as_bytes(images):
            return np.round(images[..., 0] * 255).astype(np.uint8)

        np.savez_compressed(
            folder / "mnist.npz",
            x_train=np.tile(as_bytes(tiny_dataset.train_images), (repeats, 1, 1)),
            y_train=np.tile(tiny_dataset.train_labels.astype(np.uint8), repeats),
            x_test=as_bytes(tiny_dataset.test_images),
            y_test=tiny_dataset.test_labels.astype(np.uint8),
        )
        return folder / "mnist.npz"

    return write


@pytest.fixture(scope="session")
def reader(tmp_path_factory):
    """Reader with the weights that a newcomer gets of what ships."""
    from mnist_demo.inference import load_reader

    store = Store(SHIPPED_FOLDER, tmp_path_factory.mktemp("no-models"))
    return load_reader("keras-cnn", store=store)


@pytest.fixture(scope="session")
def wait_until():
    """Function that returns once ``condition()`` is true, which it returns."""

    def wait(condition, timeout_s=300):
        end_s = time.monotonic() + timeout_s
        pause = threading.Event()
        while not (result := condition()):
            assert time.monotonic() < end_s, f"not true after {timeout_s} s"
            pause.wait(0.005)
        return result

    return wait
