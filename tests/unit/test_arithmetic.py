"""The arithmetic against loops in float64, the receptive fields against changed images."""

import keras
import numpy as np
import pytest
from keras import layers

from mnist_demo import arithmetic
from mnist_demo.arithmetic import Copy, PoolingChoice, SoftmaxSteps, WeightedSum
from mnist_demo.errors import UnexplainedLayerError
from mnist_demo.inference import Reader
from mnist_demo.networks import get_network
from mnist_demo.receptive_field import find_fields


def build_odd():
    """A network with padding, strides and sizes that do not come out even."""
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(3, 4, strides=2, padding="same", activation="tanh", name="conv_1")(image)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool_1")(x)  # (7, 7, 3)
    x = layers.Conv2D(4, (3, 2), padding="same", use_bias=False, name="conv_2")(x)
    x = layers.Dropout(0.3, name="dropout")(x)
    x = layers.MaxPooling2D(2, name="pool_2")(x)  # (3, 3, 4), the last row is left over
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(6, activation="sigmoid", name="dense_1")(x)
    logits = layers.Dense(10, name="logits")(x)
    return keras.Model(image, layers.Softmax(name="probabilities")(logits))


@pytest.fixture(scope="module", params=["keras-cnn", "convnet", "three-layer", "odd"])
def reader(request):
    keras.utils.set_random_seed(7)
    model = build_odd() if request.param == "odd" else get_network(request.param).build()
    rng = np.random.default_rng(2)
    for layer in model.layers:  # biases start at zero, where a forgotten one would not show
        layer.set_weights([w + rng.normal(0, 0.05, w.shape) for w in layer.get_weights()])
    return Reader(model)


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(3).random((28, 28, 1), np.float32)


@pytest.fixture(scope="module")
def activations(reader, image):
    return reader.read(image).activations


def indices_of(shape, count=12):
    """Corners and some places between."""
    rng = np.random.default_rng(4)
    corners = [(0,) * len(shape), tuple(n - 1 for n in shape)]
    return corners + [tuple(int(rng.integers(n)) for n in shape) for _ in range(count)]


def test_every_output_is_explained_to_the_last_digits(reader, image, activations):
    for layer in reader.layers:
        for at in indices_of(layer.shape):
            explanation = arithmetic.explain(reader.model, activations, image, layer.name, at)
            assert np.abs(explanation.difference).max() < 1e-5
            output = activations[layer.name]
            given = output if isinstance(explanation, SoftmaxSteps) else output[at]
            np.testing.assert_array_equal(explanation.output, given)


def test_convolutions_agree_with_a_loop_in_float64(reader, image, activations):
    convolutions = [layer for layer in reader.layers if layer.kind == "Conv2D"]
    source = image
    for layer in reader.layers:
        output = activations[layer.name]
        if layer in convolutions:
            keras_layer = reader.model.get_layer(layer.name)
            for at in indices_of(layer.shape, 5):
                found = arithmetic.explain(reader.model, activations, image, layer.name, at)
                expected = loop_over(keras_layer, source.astype(np.float64), at)
                assert found.total == pytest.approx(expected, abs=1e-5)
                assert found.channel_sums.sum() + found.bias == pytest.approx(expected, abs=1e-5)
        source = output


def loop_over(layer, inputs, at):
    row, column, channel = at
    kernel = layer.get_weights()[0].astype(np.float64)
    total = float(layer.get_weights()[1][channel]) if layer.use_bias else 0.0
    height, width, channels, _ = kernel.shape
    start = []
    for length, size, stride, place in zip(
        inputs.shape[:2], (height, width), layer.strides, (row, column), strict=True
    ):
        needed = (int(np.ceil(length / stride)) - 1) * stride + size
        before = max(needed - length, 0) // 2 if layer.padding == "same" else 0
        start.append(place * stride - before)
    for y in range(height):
        for x in range(width):
            r, c = start[0] + y, start[1] + x
            if 0 <= r < inputs.shape[0] and 0 <= c < inputs.shape[1]:
                for i in range(channels):
                    total += inputs[r, c, i] * kernel[y, x, i, channel]
    return total


def test_pooling_names_the_winner(reader, image, activations):
    source = image
    for layer in reader.layers:
        if layer.kind == "MaxPooling2D":
            for at in indices_of(layer.shape):
                found = arithmetic.explain(reader.model, activations, image, layer.name, at)
                assert isinstance(found, PoolingChoice)
                row, column = found.winner
                assert source[row, column, at[2]] == found.output == found.window.max()
                assert found.difference == 0
        source = activations[layer.name]


def test_dense_layers_name_their_strongest_inputs(reader, image, activations):
    found = arithmetic.explain(reader.model, activations, image, "logits", (3,))
    assert isinstance(found, WeightedSum)
    highest, lowest = found.strongest(4)
    assert (found.products[highest] > 0).all()
    assert (found.products[lowest] < 0).all()
    assert found.products.max() == found.products[highest[0]]
    assert found.products.min() == found.products[lowest[0]]
    kernel, bias = (w.astype(np.float64) for w in reader.model.get_layer("logits").get_weights())
    expected = found.inputs.astype(np.float64) @ kernel[:, 3] + bias[3]
    assert found.result == pytest.approx(expected, abs=1e-5)


def test_softmax_shows_its_steps(reader, image, activations):
    found = arithmetic.explain(reader.model, activations, image, "probabilities", (0,))
    assert isinstance(found, SoftmaxSteps)
    assert found.exponentials.max() == 1
    assert found.result.sum() == pytest.approx(1)
    exact = np.exp(found.logits.astype(np.float64))
    np.testing.assert_allclose(found.result, exact / exact.sum(), atol=1e-6)


def test_flattening_names_its_source(reader, image, activations):
    found = arithmetic.explain(reader.model, activations, image, "flatten", (17,))
    assert isinstance(found, Copy)
    assert found.difference == 0


@pytest.mark.parametrize("at", [(10,), (-1,), (0, 0, 0)])
def test_outputs_that_are_not_there_are_refused(reader, image, activations, at):
    with pytest.raises(IndexError):
        arithmetic.explain(reader.model, activations, image, "logits", at)


def test_a_layer_of_an_unknown_kind_is_named():
    inputs = keras.Input((28, 28, 1), name="image")
    x = layers.AveragePooling2D(28, name="mean")(inputs)
    model = keras.Model(inputs, x)
    with pytest.raises(UnexplainedLayerError, match="AveragePooling2D"):
        arithmetic.explain(model, {"mean": np.zeros((1, 1, 1))}, None, "mean", (0, 0, 0))


# Receptive fields


def test_changing_the_image_outside_the_field_changes_nothing(reader, image, activations):
    rng = np.random.default_rng(5)
    for layer in reader.layers:
        for at in indices_of(layer.shape, 4):
            field = find_fields(reader.model, layer.name, at)["image"]
            changed = rng.random((28, 28, 1), np.float32)
            inside = slice(field.top, field.bottom), slice(field.left, field.right)
            changed[inside] = image[inside]
            after = reader.read(changed).activations[layer.name]
            assert after[at] == pytest.approx(activations[layer.name][at], abs=2e-6)


def test_every_pixel_on_the_fields_edge_can_change_the_output(reader, image):
    """The gradient of a linear stand-in is not zero on any side of the field."""
    for layer in reader.layers:
        if len(layer.shape) != 3:
            continue
        for at in indices_of(layer.shape, 3):
            field = find_fields(reader.model, layer.name, at)["image"]
            reached = find_reached(reader.model, layer.name, at)
            rows, columns = np.flatnonzero(reached.any(1)), np.flatnonzero(reached.any(0))
            assert (rows[0], rows[-1] + 1) == (field.top, field.bottom)
            assert (columns[0], columns[-1] + 1) == (field.left, field.right)


def find_reached(model, name, at):
    """Pixels (28, 28) that one output can depend on, by brute force over windows."""
    layer = model.get_layer(name)
    mask = np.zeros(layer.output.shape[1:3], bool)
    mask[at[:2]] = True
    chain = model.layers[: model.layers.index(layer) + 1]
    for step in reversed(chain[1:]):
        before = np.zeros(step.input.shape[1:3], bool)
        if type(step).__name__ == "Dropout":
            continue
        size = step.kernel_size if type(step).__name__ == "Conv2D" else step.pool_size
        for row, column in np.argwhere(mask):
            for axis_row in range(size[0]):
                for axis_column in range(size[1]):
                    place = []
                    for p, k, n, s, o in zip(
                        (row, column),
                        size,
                        before.shape,
                        step.strides,
                        (axis_row, axis_column),
                        strict=True,
                    ):
                        needed = (-(-n // s) - 1) * s + k - n
                        pad = max(needed, 0) // 2 if step.padding == "same" else 0
                        place.append(p * s - pad + o)
                    if all(0 <= v < n for v, n in zip(place, before.shape, strict=True)):
                        before[tuple(place)] = True
        mask = before
    return mask


def test_the_fields_of_the_keras_cnn_by_hand():
    model = get_network("keras-cnn").build()
    fields = find_fields(model, "conv_3", (1, 2, 0))
    assert list(fields) == ["pool_2", "conv_2", "pool_1", "conv_1", "image"]
    assert (fields["pool_2"].top, fields["pool_2"].left, fields["pool_2"].height) == (1, 2, 3)
    assert (fields["conv_2"].top, fields["conv_2"].bottom) == (2, 8)
    assert (fields["pool_1"].top, fields["pool_1"].bottom) == (2, 10)
    assert (fields["conv_1"].top, fields["conv_1"].bottom) == (4, 20)
    assert (fields["image"].top, fields["image"].left) == (4, 8)
    assert (fields["image"].height, fields["image"].width) == (18, 18)


def test_a_dense_unit_sees_what_the_poolings_leave():
    model = get_network("keras-cnn").build()
    fields = find_fields(model, "dense_1", (5,))
    assert (fields["conv_2"].bottom, fields["conv_2"].right) == (10, 10)  # of 11: one is left over
    assert (fields["image"].top, fields["image"].bottom) == (0, 26)
    one = find_fields(model, "flatten", (64 * 4 + 3,))  # row 1, column 1, channel 3 of (3, 3, 64)
    assert one == find_fields(model, "conv_3", (1, 1, 3)) | {"conv_3": one["conv_3"]}
    assert (one["conv_3"].top, one["conv_3"].left) == (1, 1)
