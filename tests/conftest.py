"""Fixtures for all storeys: own folders for every test, real and tiny data, the shipped reader."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.reading.reader import Reader

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import pytest

from mnist_demo.app.runtime.settings import get_settings
from mnist_demo.data.dataset import Dataset
from mnist_demo.handwriting import make_digits, render
from mnist_demo.image.normalization import from_canvas
from mnist_demo.paths import SHIPPED_MODELS
from mnist_demo.versions.store import Store
from tests.signatures import SetVariable

DATA_FOLDER = os.environ.get("MNIST_DEMO_DATA", "")


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No test writes into the project, reads a user's own models or downloads anything."""
    monkeypatch.setenv("MNIST_DEMO_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("MNIST_DEMO_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("MNIST_DEMO_RETRAINING", raising=False)
    get_settings.cache_clear()
    return tmp_path


@pytest.fixture
def set_variable(monkeypatch: pytest.MonkeyPatch) -> SetVariable:
    """Function that puts a variable into the environment of the server."""

    def set_one(name: str, value: str) -> None:
        monkeypatch.setenv(name, value)
        get_settings.cache_clear()

    return set_one


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with MNIST and the pen digits, which the project does not contain."""
    folder = Path(DATA_FOLDER).resolve()
    if not DATA_FOLDER or not (folder / "mnist.npz").is_file():
        pytest.skip("needs mnist.npz: name its folder in MNIST_DEMO_DATA")
    return folder


@pytest.fixture(scope="session")
def mnist_digits(real_data: Path) -> NDArray[np.float32]:
    """A hundred test images of MNIST, (100, 28, 28) float32 in [0, 1], ten of each digit."""
    with np.load(real_data / "mnist.npz") as file:
        images, labels = file["x_test"], file["y_test"]
    chosen = np.concatenate([np.flatnonzero(labels == digit)[:10] for digit in range(10)])
    return images[chosen].astype(np.float32) / 255


@pytest.fixture(scope="session")
def drawings() -> list[Drawing]:
    """Two hundred drawings of digits in many hands."""
    return make_digits(200, seed=3, size=140)


@pytest.fixture(scope="session")
def tiny_dataset(drawings: list[Drawing]) -> Dataset:
    """160 images to train on and 40 to test on, in the place of MNIST."""
    images = np.stack([from_canvas(render(drawing)) for drawing in drawings])
    labels = np.array([drawing.label for drawing in drawings])
    return Dataset("mnist", images[:160], labels[:160], images[160:], labels[160:])


@pytest.fixture(scope="session")
def write_mnist(tiny_dataset: Dataset) -> Callable[..., Path]:
    """Function that writes ``mnist.npz`` with ``repeats`` times the tiny images into a folder."""

    def write(folder: Path, repeats: int = 1) -> Path:
        folder.mkdir(parents=True, exist_ok=True)

        def as_bytes(images: NDArray[np.float32]) -> NDArray[np.uint8]:
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
def pen_file(drawings: list[Drawing], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawings in a file of pen strokes."""
    path = tmp_path_factory.mktemp("pen") / "mine.jsonl"
    samples = (
        {"label": d.label, "strokes": [stroke.tolist() for stroke in d.strokes]} for d in drawings
    )
    path.write_text("\n".join(map(json.dumps, samples)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Reader of the shipped version that is the default for new visitors."""
    from mnist_demo.reading.reader import load_reader

    store = Store(SHIPPED_MODELS, tmp_path_factory.mktemp("no-models"))
    return load_reader("keras-cnn", store=store)


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., Any]:
    """Function that returns once ``condition()`` is true, which it returns."""

    def wait(condition: Callable[..., Any], timeout_s: int = 300) -> Any:
        end_s = time.monotonic() + timeout_s
        pause = threading.Event()
        while not (result := condition()):
            assert time.monotonic() < end_s, f"not true after {timeout_s} s"
            pause.wait(0.005)
        return result

    return wait
