"""Example drawings made by the project, each put on the canvas with one click."""

import base64
import io
from collections.abc import Callable
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.app.components.checks import is_one_of
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.session import report_of
from mnist_demo.app.stage.canvas import get_canvas, load_examples

KEY = "examples"
THUMBNAIL_SIDE = 96

# One element: with ten buttons a browser takes a twentieth longer to show an answer.
_show_buttons = make_component(
    "stage/sources/examples.js",
    html="<div class='examples' role='group'></div>",
)


def show_examples(on_choice: Callable[[], None]) -> None:
    """Ten drawings as buttons, each of which puts one on the stage and calls ``on_choice``."""
    put = partial(_put_chosen, on_choice)
    pictures = make_thumbnails()
    checks = {"chosen": is_one_of(pictures.keys())}
    _show_buttons(data={"pictures": pictures}, key=KEY, checks=checks, on_chosen_change=put)


def _put_chosen(on_choice: Callable[[], None]) -> None:
    put_example(report_of(KEY).get()["chosen"])
    on_choice()


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
