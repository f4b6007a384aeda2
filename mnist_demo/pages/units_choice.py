"""Which channel or unit the page is about; the choice survives visits to other pages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from mnist_demo.pages.engine import Engine
from mnist_demo.receptive_field import NUMBER_OF_AXES_OF_MAPS

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import LayerInfo

KINDS = ("Conv2D", "MaxPooling2D", "Dense")  # of layers that have channels or units of their own
LAYER, NUMBER = "units-layer", "units-number"


@dataclass(frozen=True)
class Unit:
    """A channel of a layer of maps, or a unit of a dense layer; ``number`` counts from 0."""

    layer: "LayerInfo"
    number: int

    @property
    def has_map(self) -> bool:
        """Whether it gives a map of many pixels, not one number."""
        return len(self.layer.shape) == NUMBER_OF_AXES_OF_MAPS

    @property
    def kind(self) -> str:
        """What it is called."""
        return "channel" if self.has_map else "unit"

    @property
    def title(self) -> str:
        """What it is called, with its number."""
        return f"{self.kind.capitalize()} {self.number}"


def choose_unit(engine: Engine) -> Unit:
    """Choice of a layer, and of one of its channels or units."""
    layers = {layer.name: layer for layer in engine.reader.layers if layer.kind in KINDS}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.session_state.get(LAYER) not in layers:
            st.session_state[LAYER] = next(iter(layers))
        name = st.selectbox(
            "Layer",
            list(layers),
            format_func=lambda name: f"{name} ({layers[name].kind})",
            key=LAYER,
            persist_state="session",
            width=260,
            help="The layers that have channels or units of their own.",
        )
        first = Unit(layers[name], 0)
        last = first.layer.shape[-1] - 1
        if not 0 <= st.session_state.get(NUMBER, -1) <= last:
            st.session_state[NUMBER] = 0
        number = st.number_input(
            f"{first.kind.capitalize()}, 0 to {last}",
            0,
            last,
            step=1,
            key=NUMBER,
            persist_state="session",
            width=200,
            help=f"Which {first.kind} of the layer is shown by itself.",
        )
    return Unit(first.layer, number)
