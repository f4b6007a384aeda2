"""The weights of a layer as pictures on one scale; those that have no place in an image, as lists.

A dense layer that reads the image itself has a weight for each pixel: a kernel as large as it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.figures import tile
from mnist_demo.pages.engine import Engine
from mnist_demo.pages.map_pictures import draw_scale, picture
from mnist_demo.pages.units_choice import Unit
from mnist_demo.pages.units_words import describe_card, say
from mnist_demo.receptive_field import NUMBER_OF_AXES_OF_MAPS, source_name
from mnist_demo.signed_scale import COLOURS, SignedScale

if TYPE_CHECKING:  # importing them loads TensorFlow
    import keras

    from mnist_demo.inference import LayerInfo

CONNECTIONS = 8
COPYING = ("Flatten", "Dropout")  # kinds of layers that only hand on what they read


@dataclass(frozen=True)
class Kernels:
    """The weights of a layer, and where what it reads comes from.

    Attributes
    ----------
    weights
        (height, width, inputs, channels), or (inputs, units) of a dense layer whose inputs have
        no place in the image; float32.
    source, source_shape
        The layer whose outputs are weighed, and their shape without the batch axis.
    """

    weights: NDArray[np.float32]
    source: str
    source_shape: tuple[int, ...]

    @property
    def are_pictures(self) -> bool:
        """Whether the weights have rows and columns."""
        return self.weights.ndim > 2

    @cached_property
    def scale(self) -> SignedScale:
        """The one scale of all weights of the layer."""
        return SignedScale.over([self.weights])

    def draw(self, number: int) -> str:
        """Image tag of one kernel, a square for each channel that it reads."""
        kernel = self.weights[..., number]
        return picture(self.scale.draw(tile(kernel)), self.describe(number))

    def describe(self, number: int) -> str:
        """One kernel in words."""
        kernel = self.weights[..., number]
        height, width, inputs = kernel.shape
        squares = f" for each of {inputs} channels of {self.source}" if inputs > 1 else ""
        return (
            f"Kernel {number}: {height} × {width} weights{squares}, "
            f"from {say(kernel.min())} to {say(kernel.max())}"
        )

    def name_input(self, index: int) -> str:
        """What an input of a dense layer is."""
        if len(self.source_shape) < NUMBER_OF_AXES_OF_MAPS:
            return f"unit {index}"
        row, column, channel = np.unravel_index(index, self.source_shape)
        return f"channel {channel}, row {row}, column {column}"


def find_kernels(model: "keras.Model", layer_name: str) -> Kernels | None:
    """Kernels of a convolution or of a dense layer; None for a layer that has none."""
    layer = model.get_layer(layer_name)
    if not layer.get_weights():
        return None
    weights = np.asarray(layer.get_weights()[0], np.float32)
    source = model.get_layer(source_name(layer))
    while type(source).__name__ in COPYING:
        source = model.get_layer(source_name(source))
    shape = tuple(source.output.shape[1:])
    if weights.ndim == 2 and len(shape) == NUMBER_OF_AXES_OF_MAPS and shape[-1] == 1:
        weights = weights.reshape(*shape, -1)
    return Kernels(weights, source.name, shape)


def show_kernels(engine: Engine, layer: "LayerInfo") -> None:
    """All kernels of a layer on one scale, or a sentence on why there are no pictures of them."""
    kernels = find_kernels(engine.reader.model, layer.name)
    what = "All kernels" if kernels is not None and kernels.are_pictures else "The weights"
    st.subheader(f"{what} of {layer.name}", anchor=False)
    if kernels is None:
        st.markdown(
            f"`{layer.name}` has no weights and so no kernels: each of its channels hands on the "
            "largest value of every window of the same channel of the layer before."
        )
    elif not kernels.are_pictures:
        inputs, units = kernels.weights.shape
        st.markdown(
            f"Each of the {units:,} units of `{layer.name}` weighs {inputs:,} outputs of "
            f"`{kernels.source}`. The strongest connections of the chosen unit are listed below."
        )
    else:
        st.markdown(_introduce(kernels))
        st.html(draw_scale(kernels.scale))
        st.caption(f"{COLOURS} The scale is stretched around zero, as its numbers show.")
        st.html(_draw_gallery(engine.version.key, layer.name, kernels))


def _introduce(kernels: Kernels) -> str:
    height, width, inputs, channels = kernels.weights.shape
    if inputs > 1:
        return (
            f"{channels:,} kernels, each with a square of {height} × {width} weights for every one "
            f"of the {inputs:,} channels of `{kernels.source}`, in their order, row by row, "
            "with white lines between them."
        )
    return f"{channels:,} kernels of {height} × {width} weights, which weigh the image itself."


@st.cache_data(max_entries=16, show_spinner="Drawing the kernels …")
def _draw_gallery(version_key: str, layer_name: str, _kernels: Kernels) -> str:
    """HTML of all kernels; a region of its own to scroll where there are many."""
    *_, inputs, channels = _kernels.weights.shape
    figures = "".join(
        f"<figure>{_kernels.draw(number)}<figcaption>{number}</figcaption></figure>"
        for number in range(channels)
    )
    kind = "kernels tiles" if inputs > 1 else "kernels"
    text = f"All {channels} kernels of {layer_name}"
    return f"<div class='{kind}' tabindex='0' role='region' aria-label='{text}'>{figures}</div>"


def describe_kernel(engine: Engine, unit: Unit) -> str:
    """Card of the kernel of one channel or unit."""
    kernels = find_kernels(engine.reader.model, unit.layer.name)
    if kernels is None:
        before = source_name(engine.reader.model.get_layer(unit.layer.name))
        text = (
            f"None: a pooling layer has no weights. It looks for what channel {unit.number} of "
            f"{before} looks for, in larger windows."
        )
        return describe_card("Its kernel", "", text)
    if kernels.are_pictures:
        drawn = f"<div class='large'>{kernels.draw(unit.number)}</div>"
        return describe_card("Its kernel", drawn, f"{kernels.describe(unit.number)}.")
    return describe_card(
        "Its strongest connections",
        _list_connections(kernels, unit.number),
        f"The largest and the lowest of its {len(kernels.weights):,} weights for the outputs of "
        f"{kernels.source}.",
    )


def _list_connections(kernels: Kernels, number: int) -> str:
    """Table of the largest weights above zero and of the lowest below, the strongest first."""
    weights = kernels.weights[:, number]
    order = np.argsort(weights, kind="stable")
    largest, lowest = order[::-1][:CONNECTIONS], order[:CONNECTIONS]
    rows = [
        "<tr><th colspan='2'>These speak for it</th></tr>",
        *(_list_connection(kernels, weights, i) for i in largest[weights[largest] > 0]),
        "<tr><th colspan='2'>These speak against it</th></tr>",
        *(_list_connection(kernels, weights, i) for i in lowest[weights[lowest] < 0]),
    ]
    return f"<table class='connections'>{''.join(rows)}</table>"


def _list_connection(kernels: Kernels, weights: NDArray[np.float32], index: int) -> str:
    weight = f"{weights[index]:+.3f}".replace("-", "−")
    return f"<tr><td>{kernels.name_input(index)}</td><td>{weight}</td></tr>"
