"""A network laid open for a browser: every layer described, every number packed."""

import json
import struct
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from numpy.typing import NDArray

from mnist_demo.explain.anatomy import lay_open
from mnist_demo.networks import get_network
from mnist_demo.reading.keras_layers import describe_layers
from mnist_demo.reading.layer_kinds import describe_work
from mnist_demo.reading.reader import Reader
from mnist_demo.share.packing import pack, shorten


def unpack(packed: bytes) -> tuple[dict[str, str], dict[str, NDArray[Any]]]:
    """Header and arrays as a reader of the format finds them, written from its description."""
    (length,) = struct.unpack("<I", packed[:4])
    header = json.loads(packed[4 : 4 + length])
    arrays, start = {}, 4 + length
    for name, shape, size in header.pop("arrays"):
        assert start % 4 == 0
        values = np.frombuffer(packed, f"<f{size}", int(np.prod(shape)), start)
        arrays[name] = values.reshape(shape)
        start += -(-values.nbytes // 4) * 4
    assert start == len(packed)
    return header, arrays


@pytest.mark.parametrize("text", ["", "a", "ab", "abc", "ä"])
def test_what_is_packed_comes_out_again(text: str) -> None:
    arrays: dict[str, NDArray[Any]] = {
        "one": np.arange(6, dtype=np.float32).reshape(2, 3) / 7,
        "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "few": np.zeros((0, 4), np.float32),
        "short": np.array([1, -0.5, 65504], np.float16),
        "last": np.array([1 / 3], np.float32),
    }
    header, found = unpack(pack({"text": text}, arrays))
    assert header == {"text": text}
    assert list(found) == list(arrays)
    for name, values in arrays.items():
        assert found[name].dtype == values.dtype
        np.testing.assert_array_equal(found[name], values)


def test_numbers_are_shortened_where_nothing_is_lost() -> None:
    exact = np.array([0, 1, -0.5, 65504, 2**-24, 1 + 2**-10], np.float32)
    assert shorten(exact).dtype == np.float16
    np.testing.assert_array_equal(shorten(exact), exact)
    for number in (1 / 3, 65520, 1e9, 2**-25, 1 + 2**-11):
        array = np.array([1, number], np.float32)
        assert shorten(array) is array


def test_numbers_begin_where_a_float32_may() -> None:
    for length in range(8):
        packed = pack({"text": "x" * length}, {"one": np.ones(3, np.float32)})
        assert struct.unpack("<I", packed[:4])[0] % 4 == 0
        assert len(packed) % 4 == 0


def test_every_layer_is_laid_open() -> None:
    reader = Reader(get_network("keras-cnn").build())
    found = {layer["name"]: layer for layer in lay_open([reader.input, *reader.layers])}
    assert list(found) == [layer.name for layer in reader.model.layers]
    assert found["image"] == {
        "name": "image", "kind": "InputLayer", "shape": (28, 28, 1),
    }  # fmt: skip
    assert found["conv_2"] == {
        "name": "conv_2",
        "kind": "Conv2D",
        "shape": (11, 11, 64),
        "parameters": 18_496,
        "source": "pool_1",
        "source_shape": (13, 13, 32),
        "window": {"size": (3, 3), "strides": (1, 1), "padding": (0, 0)},
        "activation": "relu",
        "work": describe_work(reader.layer("conv_2")),
    }
    assert found["pool_1"]["window"]["strides"] == (2, 2)
    assert not any("problem" in layer for layer in found.values())


def test_a_layer_that_nobody_explains_says_so() -> None:
    image = keras.Input((28, 28, 1), name="image")
    x = layers.LayerNormalization(name="norm")(image)
    x = layers.Conv2D(2, 3, activation="gelu", name="conv")(x)
    x = layers.Add(name="sum")([x, x])
    found = lay_open(describe_layers(keras.Model(image, x)))
    assert [layer.get("problem", "") for layer in found] == [
        "",
        "A layer of the kind LayerNormalization is not explained yet.",
        "The activation gelu is not explained yet.",
        "A layer of the kind Add is not explained yet.",
    ]
    assert [layer.get("source", "") for layer in found] == ["", "image", "norm", ""]


def test_what_a_browser_needs_to_run_a_layer_is_told() -> None:
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(4, 3, strides=2, padding="same", dilation_rate=1, name="conv_1")(image)
    x = layers.BatchNormalization(epsilon=0.5, name="norm")(x)
    x = layers.LeakyReLU(negative_slope=0.25, name="leaky")(x)
    x = layers.AveragePooling2D(3, strides=2, padding="same", name="mean")(x)
    x = layers.ReLU(max_value=6, name="relu")(x)
    x = layers.Conv2D(4, 3, groups=2, dilation_rate=2, activation=layers.ReLU(), name="conv_2")(x)
    model = keras.Model(image, x)
    described = {layer["name"]: layer for layer in lay_open(describe_layers(model))}
    window = {"size": (3, 3), "strides": (2, 2), "padding": (0, 0)}
    assert described["conv_1"]["window"] == window
    assert described["norm"]["epsilon"] == 0.5
    assert (described["leaky"]["activation"], described["leaky"]["slope"]) == ("leaky_relu", 0.25)
    assert described["mean"]["window"] == window
    assert described["relu"]["unusual"] == ("max_value",)
    assert described["conv_2"]["unusual"] == ("groups", "dilation_rate")
    assert described["conv_2"]["activation"] == "ReLU"
    assert not any("unusual" in described[name] for name in ("conv_1", "norm", "leaky", "mean"))
