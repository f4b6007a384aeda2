"""Every layer's output: a toggle for each, all channels of those that are on, one map enlarged."""

import base64
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
LAYER_TOGGLE = "layer-"  # key of a layer's toggle, before the layer's name
WHOLE_LAYER = "Whole layer"
SCALINGS: dict[str, Scaling] = {WHOLE_LAYER: "layer", "Each map": "map"}

_show_pictures = st.components.v2.component(
    "layers",
    html="<div class='layers'></div>",
    css=(HERE / "layers.css").read_text(encoding="utf-8"),
    js=(HERE / "layers.js").read_text(encoding="utf-8"),
)


def show_layer_choice(reader: "Reader") -> None:
    """A toggle for each layer, and how colours are spread; `show_layers` looks at them."""
    st.subheader("What every layer sees", anchor=False)
    with st.container(horizontal=True, gap="small"):
        for layer in reader.layers:
            st.session_state.setdefault(LAYER_TOGGLE + layer.name, True)
            st.toggle(
                layer.name,
                key=LAYER_TOGGLE + layer.name,
                help=f"Show the output of {layer.name}, a {layer.kind} layer.",
            )
    st.session_state.setdefault("scaling", WHOLE_LAYER)
    st.segmented_control(
        "Colours spread over",
        list(SCALINGS),
        required=True,
        key="scaling",
        help="Whole layer: maps can be compared. Each map: faint maps show their pattern.",
    )


def describe_layers(reader: "Reader", reading: "Reading") -> list[dict[str, Any]]:
    """What `show_layers` shows: the layers that are on, and the map that is chosen, enlarged."""
    chosen, scaling = find_shown_layers(reader), find_scaling()
    pictures = [_describe(layer, reading, scaling) for layer in chosen]
    selected = st.session_state.get(PICTURES_KEY, {}).get("selected")
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


def find_shown_layers(reader: "Reader") -> "list[LayerInfo]":
    """Layers that are on, in their order."""
    keys = ((LAYER_TOGGLE + layer.name, layer) for layer in reader.layers)
    return [layer for key, layer in keys if st.session_state.get(key, True)]


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
