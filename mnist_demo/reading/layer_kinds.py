"""What each kind of layer does, in a sentence from the layer's own configuration.

Source: the documentation of the Keras layers.
"""

import math

from mnist_demo.language import N_, _
from mnist_demo.reading.reading import MAP_AXES, LayerInfo, Window

WORK = {
    "Conv2D": N_("Each map adds up {size} numbers of every map of {source}, {weighed}; {moves}."),
    "Dense": N_("Each unit adds up all {inputs} numbers of {source}, {weighed}."),
    "MaxPooling2D": N_(
        "Each map is the largest of {size} numbers of one map of {source}; {moves}."
    ),
    "AveragePooling2D": N_(
        "Each map is the mean of {size} numbers of one map of {source}; {moves}."
    ),
    "GlobalMaxPooling2D": N_("Each unit is the largest number of one map of {source}."),
    "GlobalAveragePooling2D": N_("Each unit is the mean of one map of {source}."),
    "BatchNormalization": N_(
        "It subtracts a mean from each number of {source} and divides by a standard deviation, "
        "both from the training, then scales and shifts it by what was learned."
    ),
    "Activation": N_("It applies {activation} to each number of {source}."),
    "ReLU": N_("It applies {activation} to each number of {source}."),
    "LeakyReLU": N_("It applies {activation} to each number of {source}."),
    "Softmax": N_("It raises e to each number of {source} and divides by the sum of all."),
    "Flatten": N_("It puts the {inputs} numbers of {source} in one row, unchanged."),
    "Dropout": N_(
        "It hands on the numbers of {source} unchanged; in training it sets a fraction of {rate} "
        "of them to zero, chosen at random."
    ),
}
OF_ONE_MAP = N_("Each map adds up {size} numbers of {source}, {weighed}; {moves}.")
WEIGHED = {  # without and with a bias, and an activation
    (False, False): N_("each times a weight"),
    (True, False): N_("each times a weight, plus a bias"),
    (False, True): N_("each times a weight, then applies {activation}"),
    (True, True): N_("each times a weight, plus a bias, then applies {activation}"),
}
ACTIVATIONS = {
    "linear": N_("no function"),
    "relu": N_("ReLU (zero for what is below zero)"),
    "leaky_relu": N_("leaky ReLU (what is below zero times {slope})"),
    "sigmoid": N_("the sigmoid function"),
    "tanh": N_("the hyperbolic tangent"),
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
    is_of_maps = layer.kind in ("Dense", "Softmax") and len(layer.source_shape) == MAP_AXES
    problem = ""
    if layer.kind not in WORK:
        problem = _("A layer of the kind {kind} is not explained yet.")
    elif layer.activation not in ("", *ACTIVATIONS):
        problem = _("The activation {activation} is not explained yet.")
    elif is_of_maps:
        problem = _("A layer of the kind {kind} over maps is not explained yet.")
    elif layer.unusual:
        problem = _("A layer with {settings} of its own is not explained yet.")
    settings = _(" and ").join(layer.unusual)
    return problem.format(kind=layer.kind, activation=layer.activation, settings=settings)


def describe_work(layer: LayerInfo) -> str:
    """What a layer does with the one that it reads, in a sentence."""
    if problem := find_problem(layer):
        return problem
    window, work = layer.window, WORK[layer.kind]
    if layer.kind == "Conv2D" and layer.source_shape[-1] == 1:
        work = OF_ONE_MAP
    return _(work).format(
        source=layer.source,
        inputs=f"{math.prod(layer.source_shape):,}",
        size="" if window is None else " × ".join(map(str, window.size)),
        moves="" if window is None else _describe_moves(layer, window),
        weighed=_describe_weights(layer),
        activation=describe_activation(layer),
        rate=f"{layer.settings.get('rate', 0):g}",
    )


def describe_activation(layer: LayerInfo) -> str:
    """Name of its activation, and what it does; empty where it has none."""
    name = ACTIVATIONS.get(layer.activation)
    return _(name).format(slope=f"{find_slope(layer):g}") if name else ""


def find_slope(layer: LayerInfo) -> float:
    """Slope of its activation below zero: that of a leaky ReLU, 0 for any other."""
    is_leaky = layer.activation == "leaky_relu"
    return layer.settings.get("negative_slope", KERAS_SLOPE) if is_leaky else 0.0


def _describe_moves(layer: LayerInfo, window: Window) -> str:
    """How a window moves, and what counts beyond the edges."""
    moves = _("the window moves in steps of {steps}")
    if _is_padded(layer, window) and layer.kind == "Conv2D":
        moves = _("the window moves in steps of {steps}, and zeros count beyond the edges")
    elif _is_padded(layer, window):
        moves = _("the window moves in steps of {steps}, and nothing counts beyond the edges")
    down, right = window.strides
    return moves.format(steps=down if down == right else f"{down} × {right}")


def _is_padded(layer: LayerInfo, window: Window) -> bool:
    """Whether a window reaches beyond an edge."""
    axes = zip(layer.shape, layer.source_shape, window.size, window.strides, strict=False)
    ends = [(outputs - 1) * stride + size - inputs for outputs, inputs, size, stride in axes]
    return any(window.padding) or max(ends) > 0


def _describe_weights(layer: LayerInfo) -> str:
    """Weights, bias and activation of a sum."""
    has_bias, is_applied = bool(layer.settings.get("use_bias")), layer.activation != "linear"
    return _(WEIGHED[has_bias, is_applied]).format(activation=describe_activation(layer))
