"""Example drawings made by the project, each put on the canvas with one click."""

import base64
import io
from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.pages.canvas import get_canvas, load_examples

HERE = Path(__file__).parent
KEY = "examples"
THUMBNAIL_SIDE = 96

# One element: with ten buttons a browser takes a twentieth longer to show an answer.
_show_buttons = st.components.v2.component(
    "examples",
    html="<p>Or start from an example:</p>"
    "<div class='examples' role='group' aria-label='Examples'></div>",
    css=(HERE / "examples.css").read_text(encoding="utf-8"),
    js=(HERE / "examples.js").read_text(encoding="utf-8"),
)


def show_examples() -> None:
    """Ten drawings as buttons."""
    _show_buttons(data=make_thumbnails(), key=KEY, on_chosen_change=_put_chosen)


def _put_chosen() -> None:
    put_example(st.session_state[KEY]["chosen"])


def put_example(label: str) -> None:
    """Put an example on this visitor's canvas."""
    get_canvas().put(load_examples()[label])


@cache
def make_thumbnails() -> dict[str, str]:
    """From a label to a PNG, in base64; made once, when the server starts."""
    return {label: _make_thumbnail(drawing.rgba) for label, drawing in load_examples().items()}


def _make_thumbnail(rgba: NDArray[np.uint8]) -> str:
    size = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    file = io.BytesIO()
    Image.fromarray(rgba).convert("L").resize(size, Image.Resampling.LANCZOS).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
