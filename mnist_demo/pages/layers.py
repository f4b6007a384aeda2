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
)

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import LayerInfo, Reader, Reading

HERE = Path(__file__).parent
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
            st.toggle(
                layer.name,
                value=True,
                key=_toggle_key(layer),
                help=f"Show the output of {layer.name}, a {layer.kind} layer.",
            )
    st.segmented_control(
        "Colours spread over",
        list(SCALINGS),
        default=WHOLE_LAYER,
        required=True,
        key="scaling",
        help="Whole layer: maps can be compared. Each map: faint maps show their pattern.",
    )


def show_layers(reader: "Reader", reading: "Reading") -> None:
    """Pictures of the layers that are on; a click on a map enlarges it."""
    chosen = [layer for layer in reader.layers if st.session_state.get(_toggle_key(layer), True)]
    scaling = SCALINGS[st.session_state.get("scaling", WHOLE_LAYER)]
    pictures = [_describe(layer, reading, scaling) for layer in chosen]
    selection = _show_pictures(
        data={"layers": pictures, "gradient": palette_css()},
        key="layer_pictures",
        on_selected_change=lambda: None,
    )
    maps = [layer for layer in chosen if len(layer.shape) == 3]
    if maps:
        _show_enlarged(reader, reading, maps, selection.get("selected"))


def _toggle_key(layer: "LayerInfo") -> str:
    return f"layer-{layer.name}"


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
        "png": base64.b64encode(picture.png).decode(),
        "width": picture.width,
        "height": picture.height,
        "columns": picture.columns,
        "cell": [picture.cell_width, picture.cell_height],
        "channels": layer.shape[-1],
        "isMaps": activation.ndim == 3,
        "scale": [picture.low, picture.high],
        "perMap": scaling == "map" and activation.ndim == 3,
    }


def _show_enlarged(
    reader: "Reader",
    reading: "Reading",
    maps: "list[LayerInfo]",
    clicked: dict[str, Any] | None,
) -> None:
    """The feature map that was chosen, large, beside its kernel."""
    choice = _select_map(maps, clicked)
    if choice is None:
        return
    layer, channel = choice
    values = reading.activations[layer.name][..., channel]
    left, right = st.columns(2)
    with left:
        _show_picture(
            draw_image(values),
            f"Map {channel} of {layer.name}",
            f"{values.shape[1]} × {values.shape[0]} pixels, "
            f"from {values.min():.3f} to {values.max():.3f}",
        )
    with right:
        _show_kernel(reader, layer, channel)


def _select_map(
    maps: "list[LayerInfo]", clicked: dict[str, Any] | None
) -> "tuple[LayerInfo, int] | None":
    """The map clicked last, or the one that two widgets name; None where there is none."""
    layers = {layer.name: layer for layer in maps}
    if clicked and clicked != st.session_state.get("last_clicked") and clicked["layer"] in layers:
        st.session_state["last_clicked"] = clicked
        st.session_state["enlarged_layer"] = clicked["layer"]
        st.session_state["enlarged_map"] = clicked["channel"]
    if st.session_state.get("enlarged_layer") not in layers:
        st.session_state["enlarged_layer"] = None
    name = st.selectbox(
        "Enlarge a map of",
        list(layers),
        key="enlarged_layer",
        placeholder="Click a map, or choose a layer",
        help="Shows one feature map large, beside the kernel that made it.",
    )
    if name is None:
        return None
    last = layers[name].shape[-1] - 1
    st.session_state["enlarged_map"] = min(st.session_state.get("enlarged_map", 0), last)
    channel = st.number_input(
        "Map", 0, last, key="enlarged_map", help=f"Number of the map, from 0 to {last}."
    )
    return layers[name], channel


def _show_kernel(reader: "Reader", layer: "LayerInfo", channel: int) -> None:
    """The kernel that made a map, one square for each channel of the layer before."""
    if not layer.parameters:
        st.caption(f"{layer.name} has no kernel: it keeps the largest of each 2 × 2 values.")
        return
    kernel = reader.kernel(layer.name)[..., channel]  # (height, width, inputs)
    _show_picture(
        draw_signed(_tile_kernel(kernel)),
        f"Its kernel, {kernel.shape[0]} × {kernel.shape[1]} × {kernel.shape[2]}",
        f"orange below zero, violet above, white at zero; the largest weight is "
        f"{np.abs(kernel).max():.3f}",
    )


def _tile_kernel(kernel: np.ndarray) -> np.ndarray:
    """(height, width, inputs) side by side, a line of zeros between."""
    height, width, inputs = kernel.shape
    columns = min(inputs, 8)
    tiles = np.zeros((-(-inputs // columns) * columns, height + 1, width + 1), np.float32)
    tiles[:inputs, :height, :width] = kernel.transpose(2, 0, 1)
    rows = len(tiles) // columns
    sheet = tiles.reshape(rows, columns, height + 1, width + 1).swapaxes(1, 2)
    return sheet.reshape(rows * (height + 1), columns * (width + 1))[:-1, :-1]


def _show_picture(png: bytes, title: str, text: str) -> None:
    source = base64.b64encode(png).decode()
    st.html(
        f"<figure class='enlarged'><img alt='{title}: {text}' src='data:image/png;base64,{source}'>"
        f"<figcaption><b>{title}</b><br><small>{text}</small></figcaption></figure>"
    )
