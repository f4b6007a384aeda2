"""What each kind of layer does, in a sentence from the layer's own configuration.

Source: the documentation of the Keras layers.
"""

import math

from mnist_demo.reading.reading import MAP_AXES, LayerInfo, Window

WORK = {
    "Conv2D": "Each map adds up {size} numbers of every map of {source}, {weighed}; {moves}.",
    "Dense": "Each unit adds up all {inputs:,} numbers of {source}, {weighed}.",
    "MaxPooling2D": "Each map is the largest of {size} numbers of one map of {source}; {moves}.",
    "AveragePooling2D": "Each map is the mean of {size} numbers of one map of {source}; {moves}.",
    "GlobalMaxPooling2D": "Each unit is the largest number of one map of {source}.",
    "GlobalAveragePooling2D": "Each unit is the mean of one map of {source}.",
    "BatchNormalization": "It subtracts a mean from each number of {source} and divides by a "
    "standard deviation, both from the training, then scales and shifts it by what was learned.",
    "Activation": "It applies {activation} to each number of {source}.",
    "ReLU": "It applies {activation} to each number of {source}.",
    "LeakyReLU": "It applies {activation} to each number of {source}.",
    "Softmax": "It raises e to each number of {source} and divides by the sum of all.",
    "Flatten": "It puts the {inputs:,} numbers of {source} in one row, unchanged.",
    "Dropout": "It hands on the numbers of {source} unchanged; in training it sets a fraction of "
    "{rate:g} of them to zero, chosen at random.",
}
ACTIVATIONS = {
    "linear": "no function",
    "relu": "ReLU (zero for what is below zero)",
    "leaky_relu": "leaky ReLU (what is below zero times {slope:g})",
    "sigmoid": "the sigmoid function",
    "tanh": "the hyperbolic tangent",
}
KERNEL_KINDS = ("Conv2D", "Dense")
COPYING_KINDS = ("Flatten", "Dropout")
# Each of their channels is made of the same channel of the source, in a way that only ever rises.
PASSING_KINDS = (
    "Dropout", "Activation", "ReLU", "LeakyReLU",
    "MaxPooling2D", "AveragePooling2D", "GlobalMaxPooling2D", "GlobalAveragePooling2D",
)  # fmt: skip
KERAS_SLOPE = 0.2  # of a leaky ReLU that names none


def has_own_units(layer: LayerInfo) -> bool:
    """Whether its channels or units are neither copies nor the probabilities."""
    return layer.kind not in (*COPYING_KINDS, "Softmax")


def find_problem(layer: LayerInfo) -> str:
    """Why the arithmetic of a layer is not explained, in a sentence; empty where it is."""
    problems = {
        f"A layer of the kind {layer.kind}": layer.kind not in WORK,
        f"The activation {layer.activation}": layer.activation not in ("", *ACTIVATIONS),
        f"A layer of the kind {layer.kind} over maps": layer.kind in ("Dense", "Softmax")
        and len(layer.source_shape) == MAP_AXES,
        f"A layer with {' and '.join(layer.unusual)} of its own": bool(layer.unusual),
    }
    found = (subject for subject, applies in problems.items() if applies)
    return next((f"{subject} is not explained yet." for subject in found), "")


def describe_work(layer: LayerInfo) -> str:
    """What a layer does with the one that it reads, in a sentence."""
    if problem := find_problem(layer):
        return problem
    window = layer.window
    return WORK[layer.kind].format(
        source=layer.source,
        inputs=math.prod(layer.source_shape),
        size="" if window is None else " × ".join(map(str, window.size)),
        moves="" if window is None else _describe_moves(layer, window),
        weighed=_describe_weights(layer),
        activation=describe_activation(layer),
        rate=layer.settings.get("rate", 0),
    )


def describe_activation(layer: LayerInfo) -> str:
    """Name of its activation, and what it does."""
    return ACTIVATIONS.get(layer.activation, "").format(slope=find_slope(layer))


def find_slope(layer: LayerInfo) -> float:
    """Slope of its activation below zero: that of a leaky ReLU, 0 for any other."""
    is_leaky = layer.activation == "leaky_relu"
    return layer.settings.get("negative_slope", KERAS_SLOPE) if is_leaky else 0.0


def _describe_moves(layer: LayerInfo, window: Window) -> str:
    """How a window moves, and what counts beyond the edges."""
    down, right = window.strides
    steps = f"the window moves in steps of {down if down == right else f'{down} × {right}'}"
    beyond = "zeros count" if layer.kind == "Conv2D" else "nothing counts"
    return f"{steps}, and {beyond} beyond the edges" if _is_padded(layer, window) else steps


def _is_padded(layer: LayerInfo, window: Window) -> bool:
    """Whether a window reaches beyond an edge."""
    axes = zip(layer.shape, layer.source_shape, window.size, window.strides, strict=False)
    ends = [(outputs - 1) * stride + size - inputs for outputs, inputs, size, stride in axes]
    return any(window.padding) or max(ends) > 0


def _describe_weights(layer: LayerInfo) -> str:
    """Weights, bias and activation of a sum."""
    bias = ", plus a bias" if layer.settings.get("use_bias") else ""
    applied = f", then applies {describe_activation(layer)}"
    return f"each times a weight{bias}{'' if layer.activation == 'linear' else applied}"
