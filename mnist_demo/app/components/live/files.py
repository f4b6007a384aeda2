"""What a browser fetches: a network once for a version, and with each drawing what it gave.

In messages of the page they would hold up the answer. A reading stays float32, as the arithmetic
is to agree to the last digit; the weights that ship are numbers of half precision.
"""

import base64
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_demo.app.components.modules import FOR_EVER
from mnist_demo.app.runtime.engine import get_engine
from mnist_demo.app.runtime.held import get_held
from mnist_demo.app.runtime.routing import ROOT
from mnist_demo.app.stage.canvas import CanvasContent
from mnist_demo.errors import ModelVersionError
from mnist_demo.explain.anatomy import lay_open
from mnist_demo.figures.pixels import palette_css
from mnist_demo.language import find_language, language, speak
from mnist_demo.reading.reading import Reading
from mnist_demo.share.packing import pack, shorten

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.reading.reader import Reader

COLOURS = 255
NOT_KEPT = "private, no-store"  # a visitor's drawing, which no cache may have
FILES_KEPT = 16


@dataclass(frozen=True, eq=False)
class KeptReading:
    """A reading of ``image``, (28, 28, 1) float32 in [0, 1], and the version that read."""

    version_key: str
    reading: Reading
    image: NDArray[np.float32]
    drawing: CanvasContent

    def pack(self, header: Mapping[str, Any] = MappingProxyType({})) -> bytes:
        """What changes with a drawing: the image, what every layer gave, and the drawing itself.

        A picture that was not drawn is none but the image. More may be in the ``header``.
        """
        is_drawn = self.drawing.image is None
        png = base64.b64encode(self.drawing.png).decode() if is_drawn else None
        return pack({**header, "png": png}, {"image": self.image, **self.reading.activations})


_readings: WeakValueDictionary[str, KeptReading] = WeakValueDictionary()  # of who is here
_readings_lock = threading.Lock()


def address_network(version_key: str) -> str:
    """Where the network of a version is, relative to the page."""
    return f"{language()}/networks/{version_key}"


def keep_reading(
    version_key: str, reading: Reading, image: NDArray[np.float32], drawing: CanvasContent
) -> str:
    """Where a reading of ``image`` is from now on, relative to the page: the visitor's last."""
    key = hashlib.sha256(f"{version_key} {drawing.key}".encode()).hexdigest()
    with _readings_lock:  # visitors who draw the same share it, whoever leaves first
        kept = _readings.setdefault(key, KeptReading(version_key, reading, image, drawing))
    get_held().readings.append(kept)
    return f"{language()}/readings/{key}"


def keep_file(content: bytes) -> str:
    """Where other content for a browser is from now on, relative to the page."""
    key = hashlib.sha256(content).hexdigest()
    _get_file(key, content)
    return f"files/{key}"


def pack_network(reader: "Reader") -> bytes:
    """What does not change from drawing to drawing: the layers, their weights, the colours."""
    weights = {name: shorten(values) for name, values in reader.weights.items()}
    return pack(describe_network(reader), weights)


def describe_network(reader: "Reader") -> dict[str, Any]:
    """Header of a packed network: its layers, and the colours."""
    palettes = {"plain": palette_css("viridis", COLOURS), "signed": palette_css("PuOr", COLOURS)}
    return {"layers": lay_open([reader.input, *reader.layers]), "palettes": palettes}


def get_reading(key: str) -> KeptReading:
    """What is kept under ``key``; KeyError where that is nothing, or nothing any more."""
    return _readings[key]


@st.cache_resource(max_entries=FILES_KEPT, show_spinner=False)
def _get_file(key: str, _content: bytes | None = None) -> bytes:
    """What `keep_file` kept under ``key``; KeyError where that is nothing, or was long ago."""
    if _content is None:
        raise KeyError(key)
    return _content


def speak_to(request: Request) -> None:
    """Answer in the language that the address has."""
    speak(find_language(request.path_params["language"]))


def _serve_network(request: Request) -> Response:
    """The file of `pack_network` for the version whose key the address ends with."""
    speak_to(request)
    try:
        return send_packed(pack_network(get_engine(request.path_params["key"]).reader))
    except (KeyError, ModelVersionError):
        return Response("There is no such version.", 404)


def _serve_reading(request: Request) -> Response:
    """The file of the reading that is kept under the key that the address ends with."""
    try:
        return send_packed(get_reading(request.path_params["key"]).pack(), NOT_KEPT)
    except KeyError:
        return Response("There is no such reading any more.", 404)


def _serve_file(request: Request) -> Response:
    """The file of `keep_file` that is kept under the key that the address ends with."""
    try:
        return send_packed(_get_file(request.path_params["key"]))
    except KeyError:
        return Response("There is no such file any more.", 404)


def send_packed(packed: bytes, caching: str = FOR_EVER) -> Response:
    """Response with what `pack` has made."""
    # Weights are hardly smaller when compressed, and to try takes longer than to send them.
    headers = {"Cache-Control": caching, "Content-Encoding": "identity"}
    return Response(packed, headers=headers, media_type="application/octet-stream")


ROUTES = [
    Route(ROOT + "{language}/networks/{key}", _serve_network),
    Route(ROOT + "{language}/readings/{key}", _serve_reading),
    Route(ROOT + "files/{key}", _serve_file),
]
