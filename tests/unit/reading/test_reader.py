"""What a reader says is what Keras says."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.errors import ModelVersionError
from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.reading.reader import Reader, load_reader
from mnist_demo.versions.store import Store
from tests.odd_networks import BUILDERS


@pytest.fixture(scope="module")
def images(tiny_dataset: Dataset) -> NDArray[np.float32]:
    return tiny_dataset.test_images


def test_reading_is_that_of_the_classifier(reader: Reader, images: NDArray[np.float32]) -> None:
    for image in images[:5]:
        reading = reader.read(image)
        expected = reader.model.predict(image[np.newaxis], verbose=0)[0]
        np.testing.assert_allclose(reading.probabilities, expected, atol=1e-6)
        assert reading.digit == expected.argmax()
        assert reading.runner_up == np.argsort(-expected)[1]


def test_every_activation_is_what_its_layer_makes_of_the_one_before(
    reader: Reader, images: NDArray[np.float32]
) -> None:
    activations = reader.read(images[0]).activations
    value = images[:1]
    names = []
    for layer in reader.model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        value = np.asarray(layer(value))
        np.testing.assert_allclose(activations[layer.name], value[0], atol=1e-5)
        names.append(layer.name)
    assert list(activations) == names
    assert [layer.name for layer in reader.layers] == names


def test_a_convolution_is_patch_times_kernel_plus_bias(
    reader: Reader, images: NDArray[np.float32]
) -> None:
    activations = reader.read(images[0]).activations
    layer = reader.model.get_layer("conv_1")
    kernel, bias = reader.kernel("conv_1"), layer.get_weights()[1]
    row, column = 12, 9
    patch = images[0][row : row + kernel.shape[0], column : column + kernel.shape[1]]
    expected = np.maximum((patch[..., np.newaxis] * kernel).sum(axis=(0, 1, 2)) + bias, 0)
    np.testing.assert_allclose(activations["conv_1"][row, column], expected, atol=1e-5)


def test_probabilities_are_the_softmax_of_the_logits(
    reader: Reader, images: NDArray[np.float32]
) -> None:
    for image in images[:10]:
        reading = reader.read(image)
        powers = np.exp(reading.logits.astype(np.float64) - reading.logits.max())
        np.testing.assert_allclose(reading.probabilities, powers / powers.sum(), atol=1e-6)
        assert reading.logits.shape == reading.probabilities.shape == (10,)
        assert reading.probabilities.dtype == np.float32


def test_a_batch_is_read_as_its_images_are(reader: Reader, images: NDArray[np.float32]) -> None:
    many = np.concatenate([images] * 14)  # more than one batch, the last incomplete
    probabilities = reader.read_batch(many)
    assert probabilities.shape == (len(many), 10)
    singles = [reader.read(image).probabilities for image in images]
    np.testing.assert_allclose(probabilities, singles * 14, atol=1e-5)


def test_no_images_give_no_probabilities(reader: Reader) -> None:
    assert reader.read_batch(np.zeros((0, 28, 28, 1), np.float32)).shape == (0, 10)


def test_layers_are_described_as_keras_counts_them(reader: Reader) -> None:
    assert sum(layer.parameters for layer in reader.layers) == reader.model.count_params()
    for layer in reader.layers:
        assert layer.shape == reader.model.get_layer(layer.name).output.shape[1:]
        assert layer.kind == type(reader.model.get_layer(layer.name)).__name__


def test_weights_have_the_names_that_keras_gives_them(reader: Reader) -> None:
    assert sum(values.size for values in reader.weights.values()) == reader.model.count_params()
    kernel = reader.model.get_layer("conv_2").kernel
    np.testing.assert_array_equal(reader.weights["conv_2/kernel"], kernel)
    sixth = Reader(BUILDERS["sixth"]())
    assert [name for name in sixth.weights if name.startswith("norm")] == [
        f"norm_1/{weight}" for weight in ("gamma", "beta", "moving_mean", "moving_variance")
    ]
    with pytest.raises(KeyError, match="norm_1 has no kernel"):
        sixth.kernel("norm_1")


def test_kernels_are_keras_own(reader: Reader) -> None:
    kernel = reader.kernel("conv_2")
    np.testing.assert_array_equal(kernel, reader.model.get_layer("conv_2").kernel.numpy())
    with pytest.raises(KeyError, match="pool_1 has no kernel"):
        reader.kernel("pool_1")


def damaged_images() -> dict[str, tuple[Any, ...]]:
    good = np.zeros((28, 28, 1), np.float32)
    nan, infinite, negative, bright = good.copy(), good.copy(), good.copy(), good.copy()
    nan[3, 4] = np.nan
    infinite[3, 4] = np.inf
    negative[3, 4] = -0.01
    bright[3, 4] = 1.01
    return {
        "nan": (nan, "finite"),
        "infinity": (infinite, "finite"),
        "negative": (negative, r"in \[0, 1\], not in \[-0.01, 0\]"),
        "bright": (bright, r"in \[0, 1\], not in \[0, 1.01\]"),
        "bytes": (good.astype(np.uint8), "float32 array, not uint8"),
        "double": (good.astype(np.float64), "float32 array, not float64"),
        "list": (good.tolist(), "float32 array, not list"),
        "no channel": (good[..., 0], r"\(28, 28, 1\)"),
        "other size": (good[1:], r"\(28, 28, 1\)"),
        "colours": (np.repeat(good, 3, axis=-1), r"\(28, 28, 1\)"),
    }


@pytest.mark.parametrize(("image", "expected"), damaged_images().values(), ids=damaged_images())
def test_wrong_image_is_a_value_error(reader: Reader, image: Any, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        reader.read(image)
    batch: Any = [image] if isinstance(image, list) else image[np.newaxis]
    with pytest.raises(ValueError, match=expected):
        reader.read_batch(batch)


def test_one_image_is_no_batch_and_a_batch_no_image(reader: Reader) -> None:
    image = np.zeros((28, 28, 1), np.float32)
    with pytest.raises(ValueError, match="shape"):
        reader.read_batch(image)
    with pytest.raises(ValueError, match="shape"):
        reader.read(image[np.newaxis])


def test_unknown_network_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no-such-network.*keras-cnn"):
        load_reader("no-such-network")
    with pytest.raises(KeyError, match=r"no-such-recipe.*plain"):
        load_reader("keras-cnn", "no-such-recipe")


def test_missing_network_is_our_own_error(tmp_path: Path) -> None:
    with pytest.raises(
        ModelVersionError, match=r"card\.json is missing.*python -m mnist_demo\.training"
    ):
        load_reader("keras-cnn", store=Store(tmp_path, tmp_path))


def test_shipped_network_reads_what_the_project_draws(
    reader: Reader, drawings: list[Drawing], tiny_dataset: Dataset
) -> None:
    labels = np.concatenate([tiny_dataset.train_labels, tiny_dataset.test_labels])
    images = np.concatenate([tiny_dataset.train_images, tiny_dataset.test_images])
    accuracy = (reader.read_batch(images).argmax(axis=1) == labels).mean()
    assert accuracy > 0.8
