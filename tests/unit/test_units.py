"""What is said of a channel, against sums over the activations of single images."""

import numpy as np
import pytest

from mnist_demo.handwriting import make_digits, render
from mnist_demo.images import from_canvas
from mnist_demo.inference import load_reader
from mnist_demo.units import Layer


@pytest.fixture(scope="module")
def reader():
    return load_reader("keras-cnn", "plain")


@pytest.fixture(scope="module")
def digits():
    drawings = make_digits(60, seed=6, size=140)
    images = np.stack([from_canvas(render(drawing)) for drawing in drawings])
    return images, np.array([drawing.label for drawing in drawings])


@pytest.mark.parametrize(("name", "channel"), [("conv_2", 5), ("pool_1", 31), ("dense_1", 63)])
def test_excitation_agrees_with_single_readings(reader, digits, name, channel):
    images, labels = digits
    found = Layer(reader.model, name).excite(images)
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


def test_a_class_of_none_has_no_mean(reader, digits):
    images, labels = digits
    found = Layer(reader.model, "dense_1").excite(images[labels != 3])
    assert np.isnan(found.mean_of_classes(0, labels[labels != 3])[3])


def test_switching_a_unit_off_is_setting_its_column_to_zero(reader, digits):
    images, _ = digits
    logits, probabilities = Layer(reader.model, "dense_1").without(7)(images)
    kernel, bias = reader.model.get_layer("logits").get_weights()
    for image, row, chances in zip(images[:10], logits, probabilities, strict=False):
        units = reader.read(image).activations["dense_1"].astype(np.float64)
        units[7] = 0
        expected = units @ kernel + bias
        np.testing.assert_allclose(row, expected, atol=1e-4)
        exact = np.exp(expected - expected.max())
        np.testing.assert_allclose(chances, exact / exact.sum(), atol=1e-5)


def test_switching_a_map_off_is_setting_its_kernel_and_bias_to_zero(reader, digits):
    images, _ = digits
    found = Layer(reader.model, "conv_2").without(9)(images)[0]
    model = load_reader("keras-cnn", "plain").model
    layer = model.get_layer("conv_2")
    kernel, bias = (weights.copy() for weights in layer.get_weights())
    kernel[..., 9], bias[9] = 0, 0
    layer.set_weights([kernel, bias])
    from mnist_demo.inference import Reader

    np.testing.assert_allclose(found, Reader(model).classify(images)[0], atol=1e-4)


@pytest.mark.parametrize("name", ["conv_1", "conv_3", "dense_1", "logits"])
def test_the_made_image_excites_more_than_any_digit(reader, digits, name):
    images, _ = digits
    layer = Layer(reader.model, name)
    excitation = layer.excite(images)
    channel = int(excitation.mean.mean(axis=0).argmax())
    made = layer.maximize(channel)
    assert made.image.shape == (28, 28, 1)
    assert made.image.min() >= 0
    assert made.image.max() <= 1
    assert made.activation > excitation.mean[:, channel].max()
    again = layer.maximize(channel)
    np.testing.assert_array_equal(made.image, again.image)


def test_a_unit_that_noise_does_not_excite_is_excited_in_the_end(reader, digits):
    images, _ = digits
    noise = np.random.default_rng(1).random((50, 28, 28, 1), np.float32)
    layer = Layer(reader.model, "dense_1")
    is_silent = layer.excite(noise).highest.max(axis=0) == 0
    unit = int(np.argmax(is_silent * layer.excite(images).highest.max(axis=0)))
    assert is_silent[unit]
    assert layer.maximize(unit).activation > layer.excite(images).highest[:, unit].max()
