"""A network laid open: what each layer does with the one before, in words for a browser.

With this, the weights and what the layers gave, a page can do the arithmetic of any output again
as `arithmetic.explain` does, without asking anybody.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mnist_demo.arithmetic import ACTIVATIONS
from mnist_demo.figures import choose_grid
from mnist_demo.receptive_field import NUMBER_OF_AXES_OF_MAPS, WINDOWED, source_name, window_of

if TYPE_CHECKING:
    import keras

EXPLAINED = (*WINDOWED, "Dense", "Softmax", "Flatten", "Dropout")
LONGEST_ROW = 16  # units


def describe_layers(model: "keras.Model") -> list[dict[str, Any]]:
    """Every layer of a functional model in its order, the input first.

    Each has ``name``, ``kind``, ``shape`` without the batch axis, and ``columns`` of its picture.
    A layer that is explained names its ``source``; a convolution or pooling has its ``window``,
    a layer with weights its ``activation``. One that is not explained says why in ``problem``.
    """
    return [_describe(layer) for layer in model.layers]


def collect_weights(model: "keras.Model") -> dict[str, NDArray[np.float32]]:
    """Kernel and bias of each layer that has them, as ``name/kernel`` and ``name/bias``."""
    weights = {}
    for layer in model.layers:
        if _find_problem(layer) or not hasattr(layer, "activation"):
            continue
        for kind, values in zip(("kernel", "bias"), layer.get_weights(), strict=False):
            weights[f"{layer.name}/{kind}"] = values
    return weights


def _describe(layer: "keras.Layer") -> dict[str, Any]:
    kind, shape = type(layer).__name__, tuple(layer.output.shape[1:])
    described: dict[str, Any] = {
        "name": layer.name,
        "kind": kind,
        "shape": shape,
        "columns": _count_columns(shape),
    }
    if kind == "InputLayer":
        return described
    if problem := _find_problem(layer):
        return described | {"problem": problem}
    described["source"] = source_name(layer)
    if kind in WINDOWED:
        described["window"] = _describe_window(layer)
    if hasattr(layer, "activation"):
        described["activation"] = layer.activation.__name__
    return described


def _find_problem(layer: "keras.Layer") -> str:
    """Why a layer is not explained, in a sentence; nothing where it is."""
    kind = type(layer).__name__
    if kind not in EXPLAINED:
        return f"A layer of the kind {kind} is not explained yet."
    activation = getattr(layer, "activation", None)
    if activation is not None and activation.__name__ not in ACTIVATIONS:
        return f"The activation {activation.__name__} is not explained yet."
    return ""


def _describe_window(layer: "keras.Layer") -> dict[str, list[int]]:
    """Rows and columns of a window, its strides, and by how much the first lies before the edge."""
    top, left, height, width = window_of(layer, layer.input.shape[1:], 0, 0)
    return {"size": [height, width], "strides": list(layer.strides), "padding": [-top, -left]}


def _count_columns(shape: tuple[int, ...]) -> int:
    """Number of maps or units in a row; few units stand in one."""
    is_short = len(shape) < NUMBER_OF_AXES_OF_MAPS and shape[-1] <= LONGEST_ROW
    return shape[-1] if is_short else choose_grid(shape[-1])[0]
