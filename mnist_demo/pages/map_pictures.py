"""Maps with signs as HTML: the colours, the drawing's outline, the strongest pixels, the scale."""

import base64

import numpy as np
from numpy.typing import NDArray

from mnist_demo.figures import draw_image
from mnist_demo.images import IMAGE_SIDE
from mnist_demo.outline import trace_outline
from mnist_demo.signed_scale import SignedScale

OVERLAY_STYLE = (
    "path{fill:none;stroke:#1b1d29;stroke-width:.16}text{font:800 3.4px sans-serif;"
    "text-anchor:middle;stroke:#fff;stroke-width:.6;paint-order:stroke}"
)


def draw_map(
    values: NDArray[np.float32], image: NDArray[np.float32], scale: SignedScale, title: str
) -> str:
    """A map (28, 28) over the drawing (28, 28, 1), its strongest pixels marked with + and −."""
    high, low = (divmod(int(index), IMAGE_SIDE) for index in (values.argmax(), values.argmin()))
    text = (
        f"{title}, over the outline of the drawing. Highest: {values[high]:.3g} at {_say(high)}. "
        f"Lowest: {values[low]:.3g} at {_say(low)}."
    )
    marks = [_mark(sign, at) for sign, at in (("+", high), ("−", low)) if values[at]]
    return (
        f"<div class='map' role='img' aria-label='{text}'>{picture(scale.draw(values))}"
        f"{_draw_overlay(trace_outline(image), marks)}</div>"
    )


def picture(png: bytes, text: str = "") -> str:
    """Image tag of a PNG."""
    source = base64.b64encode(png).decode()
    return f"<img alt='{text}' src='data:image/png;base64,{source}'>"


def gray_picture(image: NDArray[np.float32], text: str) -> str:
    """Image tag of an image (28, 28, 1) for a network, as black and white."""
    return picture(draw_image(image[..., 0], "gray"), text)


def draw_scale(scale: SignedScale) -> str:
    """The scale with its numbers."""
    ticks = "".join(
        f"<span style='left:{place:.1%}'>{_number(value)}</span>" for place, value in scale.ticks
    )
    text = f"Scale from {-scale.reach:.3g}, orange, over 0, white, to {scale.reach:.3g}, violet"
    return (
        f"<div class='signed-scale' role='img' aria-label='{text}'><div class='colours' "
        f"style='background:linear-gradient(to right, {scale.gradient})'></div>"
        f"<div class='ticks'>{ticks}</div></div>"
    )


def _number(value: float) -> str:
    return "0" if value == 0 else f"{value:+.2g}".replace("-", "−")


def _say(place: tuple[int, int]) -> str:
    return f"row {place[0] + 1}, column {place[1] + 1}"


def _mark(sign: str, place: tuple[int, int]) -> str:
    row, column = place
    return f"<text x='{column + 0.5}' y='{row + 1.5}'>{sign}</text>"


def _draw_overlay(outline: str, marks: list[str]) -> str:
    """Transparent picture of the outline and the marks; `st.html` lets no SVG through but this."""
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {IMAGE_SIDE} {IMAGE_SIDE}'>"
        f"<style>{OVERLAY_STYLE}</style><path d='{outline}'/>{''.join(marks)}</svg>"
    )
    source = base64.b64encode(svg.encode()).decode()
    return f"<img class='overlay' alt='' src='data:image/svg+xml;base64,{source}'>"
