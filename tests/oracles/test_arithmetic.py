"""The arithmetic against loops in float64, the receptive fields against changed images."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from numpy.typing import NDArray

from mnist_demo.networks import get_network
from mnist_demo.reading.reader import Reader
from tests.odd_networks import BUILDERS, build_untrained
from tests.oracles import arithmetic
from tests.oracles.arithmetic import Copy, Pooling, SoftmaxSteps, WeightedSum
from tests.oracles.receptive_field import find_fields


@pytest.fixture(scope="module", params=BUILDERS)
def reader(request: pytest.FixtureRequest) -> Reader:
    return Reader(build_untrained(BUILDERS[request.param]))


@pytest.fixture(scope="module")
def image() -> NDArray[np.float32]:
    return np.random.default_rng(3).random((28, 28, 1), np.float32)


@pytest.fixture(scope="module")
def activations(reader: Reader, image: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    return reader.read(image).activations


def indices_of(shape: tuple[Any, ...], count: int = 12) -> list[Any]:
    """Corners and some places between."""
    rng = np.random.default_rng(4)
    corners = [(0,) * len(shape), tuple(n - 1 for n in shape)]
    return corners + [tuple(int(rng.integers(n)) for n in shape) for _ in range(count)]


def test_every_output_is_explained_to_the_last_digits(
    reader: Reader, image: NDArray[np.float32], activations: dict[str, NDArray[np.float32]]
) -> None:
    for layer in reader.layers:
        for at in indices_of(layer.shape):
            explanation = arithmetic.explain(reader.model, activations, image, layer.name, at)
            assert np.abs(explanation.difference).max() < 1e-5
            output = activations[layer.name]
            given = output if isinstance(explanation, SoftmaxSteps) else output[at]
            np.testing.assert_array_equal(explanation.output, given)


def test_convolutions_agree_with_a_loop_in_float64(
    reader: Reader, image: NDArray[np.float32], activations: dict[str, NDArray[np.float32]]
) -> None:
    convolutions = [layer for layer in reader.layers if layer.kind == "Conv2D"]
    source = image
    for layer in reader.layers:
        output = activations[layer.name]
        if layer in convolutions:
            keras_layer = reader.model.get_layer(layer.name)
            for at in indices_of(layer.shape, 5):
                found = arithmetic.explain(reader.model, activations, image, layer.name, at)
                expected = loop_over(keras_layer, source.astype(np.float64), at)
                assert isinstance(found, WeightedSum)
                assert found.total == pytest.approx(expected, abs=1e-5)
                assert found.channel_sums.sum() + found.bias == pytest.approx(expected, abs=1e-5)
        source = output


def loop_over(
    layer: keras.layers.Layer, inputs: NDArray[np.float64], at: tuple[int, int, int]
) -> float:
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


def test_pooling_names_all_that_are_as_large(
    reader: Reader, image: NDArray[np.float32], activations: dict[str, NDArray[np.float32]]
) -> None:
    source = image
    for layer in reader.layers:
        if layer.kind == "MaxPooling2D":
            for at in indices_of(layer.shape):
                found = arithmetic.explain(reader.model, activations, image, layer.name, at)
                assert isinstance(found, Pooling)
                for row, column in found.winners:
                    assert source[row, column, at[2]] == found.output == np.nanmax(found.window)
                assert len(found.winners) == np.sum(found.window == found.output)
                assert found.difference == 0
        source = activations[layer.name]


def test_dense_layers_name_their_strongest_inputs(
    reader: Reader, image: NDArray[np.float32], activations: dict[str, NDArray[np.float32]]
) -> None:
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


def test_softmax_shows_its_steps(
    reader: Reader, image: NDArray[np.float32], activations: dict[str, NDArray[np.float32]]
) -> None:
    found = arithmetic.explain(reader.model, activations, image, "probabilities", (0,))
    assert isinstance(found, SoftmaxSteps)
    assert found.exponentials.max() == 1
    assert found.result.sum() == pytest.approx(1)
    exact = np.exp(found.logits.astype(np.float64))
    np.testing.assert_allclose(found.result, exact / exact.sum(), atol=1e-6)


def test_flattening_names_its_source(
    reader: Reader, image: NDArray[np.float32], activations: dict[str, NDArray[np.float32]]
) -> None:
    for layer in reader.layers:
        if layer.kind == "Flatten":
            found = arithmetic.explain(reader.model, activations, image, layer.name, (17,))
            assert isinstance(found, Copy)
            assert found.difference == 0


@pytest.mark.parametrize("at", [(10,), (-1,), (0, 0, 0)])
def test_outputs_that_are_not_there_are_refused(
    reader: Reader,
    image: NDArray[np.float32],
    activations: dict[str, NDArray[np.float32]],
    at: tuple[Any, ...],
) -> None:
    with pytest.raises(IndexError):
        arithmetic.explain(reader.model, activations, image, "logits", at)


def test_a_layer_of_an_unknown_kind_is_named(image: NDArray[np.float32]) -> None:
    inputs = keras.Input((28, 28, 1), name="image")
    model = keras.Model(inputs, layers.LayerNormalization(name="norm")(inputs))
    with pytest.raises(NotImplementedError, match="LayerNormalization"):
        arithmetic.explain(
            model, {"norm": np.zeros((28, 28, 1), np.float32)}, image, "norm", (0, 0, 0)
        )


# Receptive fields


def test_changing_the_image_outside_the_field_changes_nothing(
    reader: Reader, image: NDArray[np.float32], activations: dict[str, NDArray[np.float32]]
) -> None:
    rng = np.random.default_rng(5)
    for layer in reader.layers:
        for at in indices_of(layer.shape, 4):
            field = find_fields(reader.model, layer.name, at)["image"]
            changed = rng.random((28, 28, 1), np.float32)
            inside = slice(field.top, field.bottom), slice(field.left, field.right)
            changed[inside] = image[inside]
            after = reader.read(changed).activations[layer.name]
            assert after[at] == pytest.approx(activations[layer.name][at], abs=2e-6)


def test_every_pixel_on_the_fields_edge_can_change_the_output(
    reader: Reader, image: NDArray[np.float32]
) -> None:
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


def find_reached(model: keras.Model, name: str, at: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Pixels (28, 28) that one output can depend on, by brute force over windows."""
    layer = model.get_layer(name)
    mask = np.zeros(layer.output.shape[1:3], bool)
    mask[at[:2]] = True
    chain = model.layers[: model.layers.index(layer) + 1]
    for step in reversed(chain[1:]):
        before = np.zeros(step.input.shape[1:3], bool)
        if not hasattr(step, "strides"):  # a layer that changes each number by itself
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


def test_the_fields_of_the_keras_cnn_by_hand() -> None:
    model = get_network("keras-cnn").build()
    fields = find_fields(model, "conv_3", (1, 2, 0))
    assert list(fields) == ["pool_2", "conv_2", "pool_1", "conv_1", "image"]
    assert (fields["pool_2"].top, fields["pool_2"].left, fields["pool_2"].height) == (1, 2, 3)
    assert (fields["conv_2"].top, fields["conv_2"].bottom) == (2, 8)
    assert (fields["pool_1"].top, fields["pool_1"].bottom) == (2, 10)
    assert (fields["conv_1"].top, fields["conv_1"].bottom) == (4, 20)
    assert (fields["image"].top, fields["image"].left) == (4, 8)
    assert (fields["image"].height, fields["image"].width) == (18, 18)


def test_a_dense_unit_sees_what_the_poolings_leave() -> None:
    model = get_network("keras-cnn").build()
    fields = find_fields(model, "dense_1", (5,))
    assert (fields["conv_2"].bottom, fields["conv_2"].right) == (10, 10)  # of 11: one is left over
    assert (fields["image"].top, fields["image"].bottom) == (0, 26)
    one = find_fields(model, "flatten", (64 * 4 + 3,))  # row 1, column 1, channel 3 of (3, 3, 64)
    assert one == find_fields(model, "conv_3", (1, 1, 3)) | {"conv_3": one["conv_3"]}
    assert (one["conv_3"].top, one["conv_3"].left) == (1, 1)
