"""The layers of a Keras model as values."""

from collections.abc import Sequence
from typing import Any

import keras

from mnist_demo.reading.reading import LayerInfo, Window

USUAL_SETTINGS = {  # where a layer has others, a `LayerInfo` does not tell all of what it does
    "groups": 1,
    "dilation_rate": (1, 1),
    "data_format": "channels_last",
    "axis": -1,
    "max_value": None,
    "threshold": 0,
}


def describe_layers(model: keras.Model) -> tuple[LayerInfo, ...]:
    """All layers of a functional model in its order, the input first."""
    # A layer reads the very tensor that another one gives. Keras names no public way to the layer.
    names = {id(layer.output): layer.name for layer in model.layers}
    return tuple(_describe(layer, names.get(id(layer.input), "")) for layer in model.layers)


def _describe(layer: keras.Layer, source: str) -> LayerInfo:
    is_input = isinstance(layer, keras.layers.InputLayer)
    source_shape = () if is_input or not source else tuple(layer.input.shape[1:])
    return LayerInfo(
        layer.name,
        type(layer).__name__,
        tuple(layer.output.shape[1:]),
        layer.count_params(),
        "" if is_input else source,
        source_shape,
        _find_window(layer, source_shape),
        _name_activation(layer),
        _find_numbers(layer.get_config()),
        _find_unusual(layer),
    )


def _name_activation(layer: keras.Layer) -> str:
    match layer:
        case keras.layers.ReLU():
            return "leaky_relu" if layer.negative_slope else "relu"
        case keras.layers.LeakyReLU():
            return "leaky_relu"
    function = getattr(layer, "activation", None)
    return "" if function is None else getattr(function, "__name__", type(function).__name__)


def _find_unusual(layer: keras.Layer) -> tuple[str, ...]:
    return tuple(
        name
        for name, usual in USUAL_SETTINGS.items()
        if (setting := getattr(layer, name, usual)) != usual
        and not (name == "axis" and setting == len(layer.output.shape) - 1)
    )


def _find_window(layer: keras.Layer, shape: tuple[int, ...]) -> Window | None:
    """Window over an input of ``shape``; that of a global pooling holds all of it."""
    match layer:
        case keras.layers.GlobalAveragePooling2D() | keras.layers.GlobalMaxPooling2D():
            return Window(_pair(shape), (1, 1))
        case keras.layers.MaxPooling2D() | keras.layers.AveragePooling2D():
            size = layer.pool_size
        case keras.layers.Conv2D():
            size = layer.kernel_size
        case _:
            return None
    is_padded = layer.padding == "same"
    padding = [is_padded * pad for pad in map(_pad, shape[:2], size, layer.strides)]
    return Window(_pair(size), _pair(layer.strides), _pair(padding))


def _pair(values: Sequence[int]) -> tuple[int, int]:
    return values[0], values[1]


def _pad(length: int, size: int, stride: int) -> int:
    """Rows that TensorFlow adds before the first: half of those needed, an odd one comes last."""
    outputs = -(-length // stride)
    return max((outputs - 1) * stride + size - length, 0) // 2


def _find_numbers(config: dict[str, Any]) -> dict[str, float]:
    return {name: value for name, value in config.items() if isinstance(value, int | float)}
