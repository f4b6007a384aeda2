"""How a number came about: the arithmetic behind any pixel or unit, done again in NumPy.

Sources: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, and the
documentation of the Keras layers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from tests.oracles.receptive_field import source_name, window_of

Array: TypeAlias = NDArray[np.float32]
Index: TypeAlias = tuple[int, ...]  # (row, column, channel) or (unit,)

ACTIVATIONS: dict[str, Callable[[np.float32], np.float32]] = {
    "linear": lambda value: value,
    "relu": lambda value: np.maximum(value, np.float32(0)),
    "sigmoid": lambda value: np.float32(1) / (np.float32(1) + np.exp(-value)),
    "tanh": np.tanh,
    "leaky_relu": lambda value: value if value > 0 else value * np.float32(0.2),
}


@dataclass(frozen=True)
class WeightedSum:
    """An output of a convolution or of a dense layer.

    Attributes
    ----------
    inputs, kernel, products
        (height, width, channels) of a convolution, (inputs,) of a dense layer, float32. Inputs
        beyond the edge are zero. ``products`` is ``inputs * kernel``.
    top, left
        Where the patch lies in the layer before, in its pixels; may be negative where a
        convolution pads. 0 for a dense layer.
    channel_sums
        (channels,) float32, the products summed over each channel; those of a dense layer are
        its products.
    bias, total
        ``total`` is the sum of all products and the bias, before the activation.
    activation
        Its name in Keras, such as ``relu``.
    result, output, difference
        What comes out here, what the layer itself gave, and the first minus the second.
    """

    inputs: Array
    kernel: Array
    products: Array
    top: int
    left: int
    channel_sums: Array
    bias: float
    total: float
    activation: str
    result: float
    output: float

    @property
    def difference(self) -> float:
        """Result minus the layer's own output."""
        return self.result - self.output

    def strongest(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Flat indices of the largest positive and of the lowest negative products."""
        order = np.argsort(self.products, axis=None, kind="stable")
        flat = self.products.ravel()
        highest, lowest = order[::-1][:count], order[:count]
        return highest[flat[highest] > 0], lowest[flat[lowest] < 0]


@dataclass(frozen=True)
class Pooling:
    """An output of a pooling layer: the largest or the mean of a window.

    Attributes
    ----------
    window
        (height, width) float32; NaN beyond the edge.
    top, left
        Where the window lies in the layer before, in its pixels.
    winners
        (row, column) in the layer before of each value that equals the result; several tie.
    """

    window: Array
    top: int
    left: int
    winners: tuple[tuple[int, int], ...]
    result: float
    output: float

    @property
    def difference(self) -> float:
        """Result minus the layer's own output."""
        return self.result - self.output


@dataclass(frozen=True)
class SoftmaxSteps:
    """From logits to probabilities; all arrays are (classes,) float32.

    ``exponentials`` are those of the logits minus their largest, which changes no probability and
    keeps them from overflowing; ``total`` is their sum.
    """

    logits: Array
    exponentials: Array
    total: float
    result: Array
    output: Array

    @property
    def difference(self) -> Array:
        """Result minus the layer's own output."""
        return self.result - self.output


@dataclass(frozen=True)
class Normalization:
    """An output of a batch normalisation: ``(source - mean) / deviation * gamma + beta``."""

    mean: float
    deviation: float
    gamma: float
    beta: float
    result: float
    output: float

    @property
    def difference(self) -> float:
        """Result minus the layer's own output."""
        return self.result - self.output


@dataclass(frozen=True)
class Application:
    """An output of a layer that is an activation, applied to the number ``source``."""

    source: float
    activation: str
    result: float
    output: float

    @property
    def difference(self) -> float:
        """Result minus the layer's own output."""
        return self.result - self.output


@dataclass(frozen=True)
class Copy:
    """An output that is one of the inputs, as in a flattening layer: ``source`` is where."""

    source: Index
    result: float
    output: float

    @property
    def difference(self) -> float:
        """Result minus the layer's own output."""
        return self.result - self.output


Explanation: TypeAlias = WeightedSum | Pooling | Normalization | Application | SoftmaxSteps | Copy


def explain(
    model: keras.Model, activations: Mapping[str, Array], image: Array, layer_name: str, at: Index
) -> Explanation:
    """Arithmetic behind one output of a layer.

    Parameters
    ----------
    activations
        From layer name to output without the batch axis, as in `Reading.activations`.
    image
        (28, 28, 1) float32 in [0, 1], what the network read.
    at
        (row, column, channel) of a map, (unit,) of a layer of units.

    Raises
    ------
    IndexError
        Where the layer has no such output.
    NotImplementedError
        Where the layer's kind is none of those known here.
    """
    layer = model.get_layer(layer_name)
    inputs = activations.get(source_name(layer) or "", image)
    output = activations[layer_name]
    _check_index(at, output.shape)
    match type(layer).__name__:
        case "Conv2D":
            return _explain_convolution(layer, inputs, output, at)
        case "MaxPooling2D" | "AveragePooling2D" | "GlobalMaxPooling2D" | "GlobalAveragePooling2D":
            return _explain_pooling(layer, inputs, output, at)
        case "BatchNormalization":
            return _explain_normalization(layer, inputs, output, at)
        case "Activation" | "ReLU" | "LeakyReLU":
            return _explain_activation(layer, inputs, output, at)
        case "Dense":
            return _explain_dense(layer, inputs, output, at)
        case "Softmax":
            return _explain_softmax(inputs, output)
        case "Flatten":
            source = tuple(int(i) for i in np.unravel_index(at[0], inputs.shape))
            return Copy(source, float(inputs[source]), float(output[at]))
        case "Dropout":
            return Copy(at, float(inputs[at]), float(output[at]))
    raise NotImplementedError(f"A layer of the kind {type(layer).__name__} is not explained yet.")


def _explain_convolution(
    layer: keras.Layer, inputs: Array, output: Array, at: Index
) -> WeightedSum:
    row, column, channel = at
    weights = layer.get_weights()
    kernel = weights[0][..., channel]
    top, left, height, width = window_of(layer, inputs.shape, row, column)
    patch = _cut(inputs, top, left, height, width, beyond=0.0)
    bias = weights[1][channel] if layer.use_bias else np.float32(0)
    return _sum_up(layer, patch, kernel, bias, float(output[at]), top, left)


def _explain_dense(layer: keras.Layer, inputs: Array, output: Array, at: Index) -> WeightedSum:
    weights = layer.get_weights()
    bias = weights[1][at[0]] if layer.use_bias else np.float32(0)
    return _sum_up(layer, inputs, weights[0][:, at[0]], bias, float(output[at]), 0, 0)


def _sum_up(
    layer: keras.Layer,
    inputs: Array,
    kernel: Array,
    bias: np.float32,
    output: float,
    top: int,
    left: int,
) -> WeightedSum:
    name = layer.activation.__name__
    if name not in ACTIVATIONS:
        raise NotImplementedError(f"The activation {name} is not explained yet.")
    products = inputs * kernel
    channel_sums = products.sum(axis=(0, 1)) if products.ndim == 3 else products
    total = np.float32(channel_sums.sum() + bias)
    result = float(ACTIVATIONS[name](total))
    values = float(bias), float(total), name, result, output
    return WeightedSum(inputs, kernel, products, top, left, channel_sums, *values)


def _explain_pooling(layer: keras.Layer, inputs: Array, output: Array, at: Index) -> Pooling:
    if len(at) == 1:  # global: the window is the whole map
        top, left, (height, width) = 0, 0, inputs.shape[:2]
    else:
        top, left, height, width = window_of(layer, inputs.shape, at[0], at[1])
    window = _cut(inputs[..., at[-1]], top, left, height, width, beyond=np.nan)
    is_mean = "Average" in type(layer).__name__
    result = np.nanmean(window) if is_mean else np.nanmax(window)
    winners = tuple((top + int(y), left + int(x)) for y, x in np.argwhere(window == result))
    return Pooling(window, top, left, winners, float(result), float(output[at]))


def _explain_normalization(
    layer: keras.Layer, inputs: Array, output: Array, at: Index
) -> Normalization:
    mean, variance = (np.asarray(x)[at[-1]] for x in (layer.moving_mean, layer.moving_variance))
    gamma = np.asarray(layer.gamma)[at[-1]] if layer.scale else np.float32(1)
    beta = np.asarray(layer.beta)[at[-1]] if layer.center else np.float32(0)
    deviation = np.sqrt(variance + np.float32(layer.epsilon))
    result = (inputs[at] - mean) / deviation * gamma + beta
    return Normalization(*map(float, (mean, deviation, gamma, beta, result, output[at])))


def _explain_activation(layer: keras.Layer, inputs: Array, output: Array, at: Index) -> Application:
    value = inputs[at]
    match type(layer).__name__:
        case "ReLU":
            name, result = "relu", max(value, np.float32(0))
        case "LeakyReLU":
            name, result = "leaky_relu", value if value > 0 else value * layer.negative_slope
        case _:
            name = layer.activation.__name__
            result = ACTIVATIONS[name](value)
    return Application(float(value), name, float(result), float(output[at]))


def _explain_softmax(logits: Array, output: Array) -> SoftmaxSteps:
    exponentials = np.exp(logits - logits.max())
    total = exponentials.sum()
    return SoftmaxSteps(logits, exponentials, float(total), exponentials / total, output)


def _cut(values: Array, top: int, left: int, height: int, width: int, beyond: float) -> Array:
    """Rectangle of the first two axes, which may reach beyond the edges."""
    patch = np.full((height, width, *values.shape[2:]), beyond, np.float32)
    rows = slice(max(top, 0), min(top + height, values.shape[0]))
    columns = slice(max(left, 0), min(left + width, values.shape[1]))
    inside = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    patch[inside] = values[rows, columns]
    return patch


def _check_index(at: Index, shape: tuple[int, ...]) -> None:
    if len(at) != len(shape) or any(not 0 <= i < n for i, n in zip(at, shape, strict=True)):
        raise IndexError(f"there is no output {at} in a layer of the shape {shape}")
