"""What is said of a channel, against sums over the activations of single images."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.explain.units import LayerProbe
from mnist_demo.handwriting import make_digits, render
from mnist_demo.image.normalization import from_canvas
from mnist_demo.reading.reader import Reader, load_reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader("keras-cnn", "plain")


@pytest.fixture(scope="module")
def digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    drawings = make_digits(60, seed=6, size=140)
    images = np.stack([from_canvas(render(drawing)) for drawing in drawings])
    return images, np.array([drawing.label for drawing in drawings])


@pytest.mark.parametrize(("name", "channel"), [("conv_2", 5), ("pool_1", 31), ("dense_1", 63)])
def test_activations_agree_with_single_readings(
    reader: Reader, digits: tuple[NDArray[np.float32], NDArray[np.int64]], name: str, channel: int
) -> None:
    images, labels = digits
    found = LayerProbe(reader, name).activate(images)
    values = [reader.read(image).activations[name][..., channel] for image in images]
    np.testing.assert_allclose(found.highest[:, channel], [v.max() for v in values], atol=1e-5)
    means = np.array([v.mean() for v in values])
    np.testing.assert_allclose(found.mean[:, channel], means, atol=1e-5)
    top = found.top(channel)
    assert len(top) == 9
    assert found.highest[top, channel].min() >= np.delete(found.highest[:, channel], top).max()
    of_classes = found.mean_of_classes(channel, labels)
    for digit in range(10):
        assert of_classes[digit] == pytest.approx(means[labels == digit].mean(), abs=1e-5)


def test_a_class_of_none_has_no_mean(
    reader: Reader, digits: tuple[NDArray[np.float32], NDArray[np.int64]]
) -> None:
    images, labels = digits
    found = LayerProbe(reader, "dense_1").activate(images[labels != 3])
    assert np.isnan(found.mean_of_classes(0, labels[labels != 3])[3])


@pytest.mark.parametrize("value", [0.0, 1.7])
def test_replacing_a_unit_is_setting_its_column(
    reader: Reader, digits: tuple[NDArray[np.float32], NDArray[np.int64]], value: float
) -> None:
    images, _ = digits
    logits, probabilities = LayerProbe(reader, "dense_1").replace(7, value)(images)
    kernel, bias = reader.model.get_layer("logits").get_weights()
    for image, row, chances in zip(images[:10], logits, probabilities, strict=False):
        units = reader.read(image).activations["dense_1"].astype(np.float64)
        units[7] = value
        expected = units @ kernel + bias
        np.testing.assert_allclose(row, expected, atol=1e-4)
        exact = np.exp(expected - expected.max())
        np.testing.assert_allclose(chances, exact / exact.sum(), atol=1e-5)


def test_replacing_a_map_is_setting_its_kernel_to_zero_and_its_bias_to_the_value(
    reader: Reader, digits: tuple[NDArray[np.float32], NDArray[np.int64]]
) -> None:
    images, _ = digits
    found = LayerProbe(reader, "conv_2").replace(9, 0.4)(images)[0]
    model = load_reader("keras-cnn", "plain").model
    layer = model.get_layer("conv_2")
    kernel, bias = (weights.copy() for weights in layer.get_weights())
    kernel[..., 9], bias[9] = 0, 0.4
    layer.set_weights([kernel, bias])
    np.testing.assert_allclose(found, Reader(model).classify(images)[0], atol=1e-4)


def test_a_logit_at_its_mean_does_not_rise(
    digits: tuple[NDArray[np.float32], NDArray[np.int64]],
) -> None:
    """Of a network whose logits are mostly far below zero, where zero would be an answer."""
    images, _ = digits
    reader = load_reader("keras-cnn")
    probe = LayerProbe(reader, "logits")
    means = probe.activate(images).mean.mean(axis=0)
    lowest = int(means.argmin())
    assert means[lowest] < -2
    before = reader.classify(images)[1].argmax(axis=1)
    others = before != lowest
    off = probe.replace(lowest, means[lowest])(images)[1].argmax(axis=1)
    assert (off[others] == before[others]).mean() > 0.98


@pytest.mark.parametrize("name", ["conv_1", "conv_3", "dense_1", "logits"])
def test_the_maximised_image_activates_more_than_any_digit(
    reader: Reader, digits: tuple[NDArray[np.float32], NDArray[np.int64]], name: str
) -> None:
    images, _ = digits
    layer = LayerProbe(reader, name)
    activations = layer.activate(images)
    channel = int(activations.mean.mean(axis=0).argmax())
    made = layer.maximize(channel)
    assert made.image.shape == (28, 28, 1)
    assert made.image.min() >= 0
    assert made.image.max() <= 1
    assert made.activation > activations.mean[:, channel].max()
    again = layer.maximize(channel)
    np.testing.assert_array_equal(made.image, again.image)


def test_a_unit_that_noise_leaves_at_zero_is_active_in_the_end(
    reader: Reader, digits: tuple[NDArray[np.float32], NDArray[np.int64]]
) -> None:
    images, _ = digits
    noise = np.random.default_rng(1).random((50, 28, 28, 1), np.float32)
    layer = LayerProbe(reader, "dense_1")
    is_silent = layer.activate(noise).highest.max(axis=0) == 0
    unit = int(np.argmax(is_silent * layer.activate(images).highest.max(axis=0)))
    assert is_silent[unit]
    assert layer.maximize(unit).activation > layer.activate(images).highest[:, unit].max()
