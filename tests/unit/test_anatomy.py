"""A network laid open for a browser: every layer described, every number packed."""

import json
import struct

import keras
import numpy as np
import pytest
from keras import layers

from mnist_demo.anatomy import collect_weights, describe_layers
from mnist_demo.networks import get_network
from mnist_demo.packing import pack


def unpack(packed):
    """Header and arrays as a reader of the format finds them, written from its description."""
    (length,) = struct.unpack("<I", packed[:4])
    header = json.loads(packed[4 : 4 + length])
    numbers = np.frombuffer(packed[4 + length :], "<f4")
    arrays, start = {}, 0
    for name, shape in header.pop("arrays"):
        size = int(np.prod(shape))
        arrays[name] = numbers[start : start + size].reshape(shape)
        start += size
    assert start == numbers.size
    return header, arrays


@pytest.mark.parametrize("text", ["", "a", "ab", "abc", "ä"])
def test_what_is_packed_comes_out_again(text):
    arrays = {
        "one": np.arange(6, dtype=np.float32).reshape(2, 3) / 7,
        "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "few": np.zeros((0, 4), np.float32),
    }
    header, found = unpack(pack({"text": text}, arrays))
    assert header == {"text": text}
    assert list(found) == list(arrays)
    for name, values in arrays.items():
        np.testing.assert_array_equal(found[name], values)


def test_numbers_begin_where_a_float32_may():
    for length in range(8):
        packed = pack({"text": "x" * length}, {"one": np.ones(3, np.float32)})
        assert struct.unpack("<I", packed[:4])[0] % 4 == 0
        assert len(packed) % 4 == 0


def test_every_layer_is_described():
    model = get_network("keras-cnn").build()
    described = {layer["name"]: layer for layer in describe_layers(model)}
    assert list(described) == [layer.name for layer in model.layers]
    assert "source" not in described["image"]
    assert described["conv_2"] == {
        "name": "conv_2",
        "kind": "Conv2D",
        "shape": (11, 11, 64),
        "columns": 16,
        "source": "pool_1",
        "window": {"size": [3, 3], "strides": [1, 1], "padding": [0, 0]},
        "activation": "relu",
    }
    assert described["pool_1"]["window"]["strides"] == [2, 2]
    assert described["logits"]["columns"] == 10
    assert not any("problem" in layer for layer in described.values())
    weights = collect_weights(model)
    assert sum(values.size for values in weights.values()) == model.count_params()
    np.testing.assert_array_equal(weights["conv_2/kernel"], model.get_layer("conv_2").kernel)


def test_a_layer_that_nobody_explains_says_so():
    image = keras.Input((28, 28, 1), name="image")
    x = layers.AveragePooling2D(4, name="mean")(image)
    x = layers.Conv2D(2, 3, activation="gelu", name="conv")(x)
    described = describe_layers(keras.Model(image, x))
    assert [layer.get("problem", "") for layer in described] == [
        "",
        "A layer of the kind AveragePooling2D is not explained yet.",
        "The activation gelu is not explained yet.",
    ]
    assert collect_weights(keras.Model(image, x)) == {}
