"""What is told of an opened map or unit, against NumPy; what cannot be told is said."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import mnist_demo.explain.units
from mnist_demo.app.components.opened import units
from mnist_demo.app.runtime import task
from mnist_demo.data.dataset import Dataset
from mnist_demo.errors import BusyError
from mnist_demo.evaluation import ImageSamples
from mnist_demo.image.normalization import from_canvas
from mnist_demo.language import read_catalogue
from mnist_demo.reading.layer_kinds import has_own_units
from mnist_demo.reading.reader import load_reader
from mnist_demo.versions.store import open_store
from tests.app.conftest import Visitor
from tests.app.served import fetch, unpack


@pytest.fixture
def samples(tiny_dataset: Dataset) -> Any:
    return ImageSamples(tiny_dataset.test_images, tiny_dataset.test_labels)


@pytest.fixture
def data(samples: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test images of every data set are the same few."""
    monkeypatch.setattr(units, "load_samples", lambda dataset: samples)


@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Images are made in a few steps, where a test does not look at them."""
    monkeypatch.setattr(mnist_demo.explain.units, "STEPS", 2)


def ask(layer: str, channel: Any, network: str = "keras-cnn") -> Any:
    return fetch(f"/en/units/{open_store().default(network).key}/{layer}/{channel}")


def test_a_server_with_too_much_to_do_says_so_in_the_readers_language(
    data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task, "_waiting", threading.BoundedSemaphore(1))
    task._waiting.acquire()
    address = f"/units/{open_store().default('keras-cnn').key}/conv_1/0"
    for language in ("en", "zh"):
        header, arrays = unpack(fetch(f"/{language}{address}").body)
        assert arrays == {}
        assert header["problem"] == read_catalogue(language).gettext(str(BusyError()))


def convolve(images: NDArray[np.float32], kernel: Any, bias: Any) -> Any:
    """Map (n, 26, 26) of one kernel (3, 3) over images (n, 28, 28, 1), with ReLU."""
    windows = np.lib.stride_tricks.sliding_window_view(images[..., 0], (3, 3), (1, 2))
    return np.maximum((windows * kernel).sum(axis=(3, 4)) + bias, 0)


@pytest.mark.parametrize("network", ["keras-cnn", "convnet", "three-layer", "variables", "fashion"])
def test_every_layer_of_every_network(network: str, data: Any, in_haste: Any) -> None:
    for layer in filter(has_own_units, load_reader(network).layers):
        header, arrays = unpack(ask(layer.name, layer.shape[-1] - 1, network).body)
        assert arrays["made"].shape == (28, 28)
        assert arrays["top"].shape == (9, 28, 28)
        assert len(header["classMeans"]) == 10
        assert 0 <= header["accuracyWithout"] <= 1


def test_what_activates_it_agrees_with_a_convolution_in_numpy(data: Any, samples: Any) -> None:
    header, arrays = unpack(ask("conv_1", 3).body)
    kernel, bias = load_reader("keras-cnn").model.get_layer("conv_1").get_weights()
    maps = convolve(samples.pixels, kernel[:, :, 0, 3], bias[3])
    highest, means = maps.max(axis=(1, 2)), maps.mean(axis=(1, 2))
    np.testing.assert_allclose(header["highest"], np.sort(highest)[::-1][:9], atol=1e-5)
    for image, label, value in zip(arrays["top"], header["labels"], header["highest"], strict=True):
        (index,) = np.flatnonzero((samples.pixels[..., 0] == image).all(axis=(1, 2)))
        assert (label, value) == (samples.labels[index], pytest.approx(highest[index], abs=1e-5))
    expected = [means[samples.labels == label].mean() for label in range(10)]
    np.testing.assert_allclose(header["classMeans"], expected, atol=1e-5)
    assert header["mean"] == pytest.approx(means.mean(), abs=1e-5)
    again = convolve(arrays["made"][np.newaxis, ..., np.newaxis], kernel[:, :, 0, 3], bias[3])
    assert header["activation"] == pytest.approx(again.mean(), rel=1e-4)
    assert header["activation"] > header["highestMean"] == pytest.approx(means.max(), abs=1e-5)


def test_answers_without_a_unit_are_those_with_it_at_its_mean(
    visitor: Visitor, drawing: NDArray[np.uint8], data: Any, samples: Any, in_haste: Any
) -> None:
    """Of the layer before the logits, where that is a sum in NumPy."""
    visitor.draw(drawing)
    reader = load_reader("keras-cnn")
    kernel, bias = reader.model.get_layer("logits").get_weights()
    images = [*samples.pixels, from_canvas(drawing)]
    activations = np.stack([reader.read(one).activations["dense_1"] for one in images])
    _, arrays = unpack(fetch(f"/{visitor.told['reading']['address']}/without/dense_1").body)
    for unit, (logits, chances) in enumerate(zip(*arrays.values(), strict=True)):
        off = activations[-1].copy()
        off[unit] = activations[:-1, unit].mean()
        expected = off @ kernel + bias
        np.testing.assert_allclose(logits, expected, atol=1e-4)
        odds = np.exp(expected - expected.max())
        np.testing.assert_allclose(chances, odds / odds.sum(), atol=1e-5)
    unit = int(np.argmax(activations[-1] * kernel[:, 7]))
    off = activations[:-1].copy()
    off[:, unit] = off[:, unit].mean()
    before, after = ((part @ kernel + bias).argmax(axis=1) for part in (activations[:-1], off))
    header, _ = unpack(ask("dense_1", unit).body)
    assert header["changed"] == np.sum(before != after)
    assert header["accuracy"] == pytest.approx(np.mean(before == samples.labels))
    assert header["accuracyWithout"] == pytest.approx(np.mean(after == samples.labels))


def test_without_test_images_it_is_said(
    own_folders: Path, visitor: Visitor, drawing: NDArray[np.uint8]
) -> None:
    visitor.draw(drawing)
    without = fetch(f"/{visitor.told['reading']['address']}/without/conv_2")
    for answer in (ask("conv_2", 2), without):
        header, arrays = unpack(answer.body)
        assert "MNIST is missing" in header["problem"]
        assert arrays == {}


@pytest.mark.parametrize("place", ["conv_1/32", "flatten/0", "probabilities/0", "nothing/0"])
def test_what_is_no_map_or_unit_is_not_found(place: str) -> None:
    answer = fetch(f"/en/units/{open_store().default('keras-cnn').key}/{place}")
    assert (answer.status_code, answer.body) == (404, b"There is nothing of this name.")
