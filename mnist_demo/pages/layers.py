"""Every layer's output: which are shown, all channels of those that are, one map enlarged."""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from mnist_demo.figures import (
    Scaling,
    draw_activation,
    draw_image,
    draw_signed,
    palette_css,
    tile,
)

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import LayerInfo, Reader, Reading

HERE = Path(__file__).parent
PICTURES_KEY = "layer_pictures"
SHOWN_KEY = "shown_layers"
HIDDEN = "hidden_layers"  # names of those that this visitor has switched off
WHOLE_LAYER = "Whole layer"
SCALINGS: dict[str, Scaling] = {WHOLE_LAYER: "layer", "Each map": "map"}

_show_pictures = st.components.v2.component(
    "layers",
    html="<div class='layers'></div>",
    css=(HERE / "layers.css").read_text(encoding="utf-8"),
    js=(HERE / "layers.js").read_text(encoding="utf-8"),
)


def show_layer_choice(reader: "Reader") -> None:
    """A toggle for each layer, and how colours are spread; `show_layers` looks at them.

    The toggles are one element: with one for each layer a browser takes a twentieth longer to
    show an answer.
    """
    st.subheader("What every layer sees", anchor=False)
    names = [layer.name for layer in reader.layers]
    st.session_state[SHOWN_KEY] = [layer.name for layer in find_shown_layers(reader)]
    st.pills(
        "Layers",
        names,
        selection_mode="multi",
        key=SHOWN_KEY,
        on_change=_remember_hidden,
        args=(names,),
        help="Switch the output of each layer on and off.",
    )
    st.segmented_control(
        "Colours spread over",
        list(SCALINGS),
        default=WHOLE_LAYER,
        required=True,
        key="scaling",
        persist_state="session",
        help="Whole layer: maps can be compared. Each map: faint maps show their pattern.",
    )


def describe_layers(reader: "Reader", reading: "Reading") -> list[dict[str, Any]]:
    """What `show_layers` shows: the layers that are on, and the map that is chosen, enlarged."""
    chosen, scaling = find_shown_layers(reader), find_scaling()
    pictures = [_describe(layer, reading, scaling) for layer in chosen]
    selected = _get_selected()
    for layer, picture in zip(chosen, pictures, strict=True):
        if selected and selected["layer"] == layer.name and picture.get("isMaps"):
            picture["enlarged"] = _enlarge(reader, reading, layer, selected["channel"])
    return pictures


def show_layers(pictures: list[dict[str, Any]]) -> None:
    """Pictures that `describe_layers` made; a click on a map enlarges it."""
    _show_pictures(
        data={"layers": pictures, "gradient": palette_css()},
        key=PICTURES_KEY,
        on_selected_change=lambda: None,
    )


def get_choices() -> tuple[object, ...]:
    """All that `describe_layers` follows beside the network and its reading."""
    return get_hidden_layers(), find_scaling(), _get_selected()


def get_hidden_layers() -> tuple[str, ...]:
    """Names of the layers that this visitor has switched off, of any network."""
    return tuple(st.session_state.get(HIDDEN, ()))


def hide_layers(names: Iterable[str]) -> None:
    """Switch off these layers, and no others."""
    st.session_state[HIDDEN] = tuple(names)


def find_shown_layers(reader: "Reader") -> "list[LayerInfo]":
    """Layers that are on, in their order."""
    hidden = get_hidden_layers()
    return [layer for layer in reader.layers if layer.name not in hidden]


def _get_selected() -> dict[str, Any] | None:
    """The map that is enlarged: its ``layer`` and ``channel``."""
    selected: dict[str, Any] | None = st.session_state.get(PICTURES_KEY, {}).get("selected")
    return selected


def _remember_hidden(names: list[str]) -> None:
    others = [name for name in get_hidden_layers() if name not in names]
    hide_layers(others + [name for name in names if name not in st.session_state[SHOWN_KEY]])


def find_scaling() -> Scaling:
    """How colours are spread."""
    return SCALINGS[st.session_state.get("scaling", WHOLE_LAYER)]


def _describe(layer: "LayerInfo", reading: "Reading", scaling: Scaling) -> dict[str, Any]:
    """What the component draws of one layer."""
    activation = reading.activations[layer.name]
    description: dict[str, Any] = {
        "name": layer.name,
        "kind": layer.kind,
        "shape": " × ".join(map(str, layer.shape)),
        "parameters": f"{layer.parameters:,}",
    }
    if activation.ndim == 1 and len(activation) == 10:
        return description | {"numbers": [float(value) for value in activation]}
    picture = draw_activation(activation, scaling)
    return description | {
        "png": _encode(picture.png),
        "width": picture.width,
        "height": picture.height,
        "columns": picture.columns,
        "cell": [picture.cell_width, picture.cell_height],
        "channels": layer.shape[-1],
        "isMaps": activation.ndim == 3,
        "scale": [picture.low, picture.high],
        "perMap": scaling == "map" and activation.ndim == 3,
    }


def _enlarge(
    reader: "Reader", reading: "Reading", layer: "LayerInfo", channel: int
) -> list[dict[str, str]]:
    """One feature map and the kernel that made it."""
    values = reading.activations[layer.name][..., channel]
    height, width = values.shape
    feature_map = {
        "png": _encode(draw_image(values)),
        "title": f"Map {channel} of {layer.name}",
        "text": f"{width} × {height} pixels, from {values.min():.3f} to {values.max():.3f}",
    }
    return [feature_map, _describe_kernel(reader, layer, channel)]


def _describe_kernel(reader: "Reader", layer: "LayerInfo", channel: int) -> dict[str, str]:
    """The kernel of a map, one square for each channel of the layer before."""
    if not layer.parameters:
        return {"title": "No kernel", "text": "This layer keeps the largest of each 2 × 2 values."}
    kernel = reader.kernel(layer.name)[..., channel]  # (height, width, inputs)
    height, width, inputs = kernel.shape
    return {
        "png": _encode(draw_signed(tile(kernel))),
        "title": f"Its kernel, {height} × {width} × {inputs}",
        "text": "Orange is below zero, white zero, violet above; "
        f"the largest weight is {np.abs(kernel).max():.3f}.",
    }


def _encode(png: bytes) -> str:
    return base64.b64encode(png).decode()
