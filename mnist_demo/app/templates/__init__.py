"""Markup of the app: templates that escape whatever is put into them."""

import base64
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray

from mnist_demo.app.numbers import fixed, percent, signed_significant, significant
from mnist_demo.figures.pixels import draw_image
from mnist_demo.language import _


def render(name: str, **values: object) -> Markup:
    """HTML of the template ``name``.html; a value that it lacks is an error."""
    return Markup(_environment.get_template(f"{name}.html").render(values))


def address_png(png: bytes) -> str:
    """A PNG as an address."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def address_gray(image: NDArray[np.float32]) -> str:
    """An image (28, 28, 1) as the address of a picture, black to white."""
    return address_png(draw_image(image[..., 0], "gray"))


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["_"] = _
_environment.filters |= {
    "fixed": fixed,
    "gray": address_gray,
    "percent": percent,
    "png": address_png,
    "significant": significant,
    "signed_significant": signed_significant,
}
