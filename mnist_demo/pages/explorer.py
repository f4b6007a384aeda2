"""Every pixel and unit laid open: point at one and see where it comes from, at once.

The numbers of all layers are a file that a browser fetches as soon as the answer is on the screen,
and the weights, which do not change, one that it fetches once for a version and keeps: in messages
of the page they would hold up the answer. They stay float32, as the arithmetic is to agree to the
last digit.
"""

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_demo.anatomy import collect_weights, describe_layers
from mnist_demo.errors import ModelVersionError
from mnist_demo.figures import palette_css
from mnist_demo.images import Normalization
from mnist_demo.packing import pack
from mnist_demo.pages.canvas import Drawing
from mnist_demo.pages.readers import start_loading
from mnist_demo.store import open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader, Reading

HERE = Path(__file__).parent
TOGGLE = "open-pixels"
SCRIPTS = ("arithmetic", "plates", "views", "panel")  # what explorer.js is written with
COLOURS = 255
FOR_EVER = "public, max-age=31536000, immutable"  # what a key names never changes
READINGS_KEPT = 256  # for all visitors, a few hundred kilobytes each


def _read_scripts() -> str:
    """All of the component's JavaScript as one module."""
    names = [*(f"explorer_{name}.js" for name in SCRIPTS), "explorer.js"]
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


_show_explorer = st.components.v2.component(
    "explorer",
    html="<div class='explorer'></div>",
    css=(HERE / "explorer.css").read_text(encoding="utf-8"),
    js=_read_scripts(),
)


def show_explorer_choice() -> None:
    """Toggle of the explorer, which is off at first."""
    st.toggle(
        "Open every pixel",
        key=TOGGLE,
        persist_state="session",
        help="Where does a number come from? Point at any pixel or unit of your drawing's layers "
        "and see the multiplications behind it, and which part of the drawing it depends on.",
    )


def is_open() -> bool:
    """Whether this visitor has the explorer on."""
    return bool(st.session_state.get(TOGGLE, False))


def show_explorer(
    version_key: str,
    class_names: tuple[str, ...],
    reading: "Reading",
    drawing: Drawing,
    steps: Normalization,
) -> None:
    """Plates of all layers, and what is behind the output that is pointed at."""
    packed = pack_reading(version_key, class_names, reading, drawing, steps)
    key = hashlib.sha256(packed).hexdigest()
    _keep_reading(key, packed)
    _show_explorer(data=f"readings/{key}", key="explorer")


def pack_reading(
    version_key: str,
    class_names: tuple[str, ...],
    reading: "Reading",
    drawing: Drawing,
    steps: Normalization,
) -> bytes:
    """What changes with a drawing: the image, and what every layer gave."""
    header = {
        "network": f"weights/{version_key}",
        "classes": class_names,
        "drawing": _describe_drawing(drawing, steps) if drawing.image is None else None,
    }
    image = steps.image if drawing.image is None else drawing.image
    return pack(header, {"image": image, **reading.activations})


def _describe_drawing(drawing: Drawing, steps: Normalization) -> dict[str, object]:
    """The drawing as it looks, and where in it the pixels of the image lie."""
    height, width = steps.ink.shape
    png = base64.b64encode(drawing.png).decode()
    return {"png": png, "width": width, "height": height, "placement": steps.placement}


def pack_network(reader: "Reader") -> bytes:
    """What does not change from drawing to drawing: the layers, their weights, the colours."""
    palettes = {"plain": palette_css("viridis", COLOURS), "signed": palette_css("PuOr", COLOURS)}
    header = {"layers": describe_layers(reader.model), "palettes": palettes}
    return pack(header, collect_weights(reader.model))


@st.cache_resource(max_entries=READINGS_KEPT, show_spinner=False)
def _keep_reading(key: str, _packed: bytes | None = None) -> bytes:
    """What was kept under ``key``; KeyError where that is nothing, or was long ago."""
    if _packed is None:
        raise KeyError(key)
    return _packed


def _serve_network(request: Request) -> Response:
    """The file of `pack_network` for the version whose key the address ends with."""
    key, store = request.path_params["key"], open_store()
    known = {version.key: version for version in [*store.versions(), *store.candidates()]}
    try:
        reader = start_loading(known[key], store).result()
    except (KeyError, ModelVersionError):
        return Response("There is no such version.", 404)
    return _send(pack_network(reader))


def _serve_reading(request: Request) -> Response:
    """The file of `pack_reading` that is kept under the key that the address ends with."""
    try:
        return _send(_keep_reading(request.path_params["key"]))
    except KeyError:
        return Response("There is no such reading any more.", 404)


def _send(packed: bytes) -> Response:
    # Weights are hardly smaller when compressed, and to try takes longer than to send them.
    headers = {"Cache-Control": FOR_EVER, "Content-Encoding": "identity"}
    return Response(packed, headers=headers, media_type="application/octet-stream")


# Below whatever path the app is served; the page asks for them relative to its own address.
ROUTES = [
    Route("/{base:path}weights/{key}", _serve_network),
    Route("/{base:path}readings/{key}", _serve_reading),
]
