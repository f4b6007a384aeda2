"""Maps with signs as HTML: the colours, the drawing's outline, the strongest pixels, the scale."""

import base64
from pathlib import Path

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from mnist_demo.app.numbers import significant
from mnist_demo.app.templates import render
from mnist_demo.figures.outline import trace_outline
from mnist_demo.figures.signed_scale import SignedScale
from mnist_demo.image.normalization import IMAGE_SIDE
from mnist_demo.language import _

MAPS_STYLE = Path(__file__).parent / "maps.css"


def draw_map(
    values: NDArray[np.float32], image: NDArray[np.float32], scale: SignedScale, title: str
) -> Markup:
    """A map (28, 28) over the drawing (28, 28, 1), its strongest pixels marked with + and −."""
    high, low = (divmod(int(index), IMAGE_SIDE) for index in (values.argmax(), values.argmin()))
    text = _("{map}, over the outline of the drawing. All are 0.")
    if values.any():
        text = _(
            "{map}, over the outline of the drawing. Highest: {highest} at {high}. "
            "Lowest: {lowest} at {low}."
        )
    marks = [(sign, *at) for sign, at in (("+", high), ("−", low)) if values[at]]
    # `st.html` lets no SVG through but as a picture.
    overlay = render("overlay", side=IMAGE_SIDE, outline=trace_outline(image), marks=marks)
    return render(
        "map",
        text=text.format(
            map=title,
            highest=significant(values[high]),
            high=_say(high),
            lowest=significant(values[low]),
            low=_say(low),
        ),
        png=scale.draw(values),
        overlay=base64.b64encode(overlay.encode()).decode(),
    )


def _say(place: tuple[int, int]) -> str:
    """Rows and columns count from 0, as in the network's picture."""
    return _("row {row}, column {column}").format(row=place[0], column=place[1])
