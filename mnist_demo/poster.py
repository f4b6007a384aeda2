"""The whole view of a drawing as one large picture: steps, answer and every layer."""

import io
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.figures import STRIP_COLUMNS, Scaling, draw_activation
from mnist_demo.images import Normalization

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import LayerInfo, Reading

PIXELS_PER_INCH = 200
WIDTH, MARGIN, GAP = 12.0, 0.5, 0.35  # inches, as all sizes here
HEADING = 1.2
STEP_SIDE = 1.55
CAPTION = 0.5  # above each picture
COLUMNS = 3
TALLEST = 2.4
BARS = 1.85
NAMES = 0.085  # for each letter of a class's name, left of its bar
STRIP_ROW = 0.12
ACCENT, FAINT, SMALL_PRINT = "#4338ca", "#9aa0b4", "#555555"
COLOURS = (
    "In the layers' pictures the darkest colour is the lowest number, the brightest the highest."
)

Place = tuple[float, float, float, float]  # left, top, width, height

_matplotlib = threading.Lock()  # its fonts are not made for several threads


@dataclass(frozen=True)
class Poster:
    """What is on it.

    Attributes
    ----------
    version
        Which network reads, in which version, in words.
    image
        (28, 28, 1) float32 in [0, 1], what the network got.
    steps
        How the drawing became the image; None for a picture of a data set.
    layers
        Those to show, in their order; the reading has their outputs.
    """

    version: str
    class_names: tuple[str, ...]
    image: NDArray[np.float32]
    steps: Normalization | None
    reading: "Reading"
    layers: "Sequence[LayerInfo]"
    scaling: Scaling = "layer"

    @property
    def title(self) -> str:
        """The answer in words."""
        if self.reading.is_refused:
            return "“This is not a digit I know.”"
        probability = self.reading.probabilities[self.reading.digit]
        return f"Read as {self.class_names[self.reading.digit]}, {probability:.1%} sure"


def draw_poster(poster: Poster, form: Literal["png", "svg"]) -> bytes:
    """File of the poster: 2,400 pixels wide, or with letters and bars as lines of any size."""
    file = io.BytesIO()
    about = {"Title": poster.title, "Description": describe_poster(poster)}
    with _matplotlib:
        figure = _draw(poster)
        figure.savefig(file, format=form, dpi=PIXELS_PER_INCH, metadata=about)
    return file.getvalue()


def describe_poster(poster: Poster) -> str:
    """What is to be seen on it, for who does not see it."""
    layers = ", ".join(layer.name for layer in poster.layers)
    bars = ", ".join(
        f"{name} {probability:.1%}"
        for name, probability in zip(poster.class_names, poster.reading.probabilities, strict=True)
    )
    return f"{poster.title}, by {poster.version}. Probabilities: {bars}. Layers: {layers}."


class _Sheet:
    """A figure that is filled from above, in inches."""

    def __init__(self, height: float) -> None:
        self.height = height
        self.figure = Figure(figsize=(WIDTH, height), facecolor="white")

    def add_axes(self, place: Place) -> Axes:
        """Axes at a place measured from the upper left corner."""
        left, top, width, height = place
        bottom = self.height - top - height
        return self.figure.add_axes(
            (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        )

    def write(self, left: float, top: float, text: str, size: float, colour: str = "black") -> None:
        """Text whose upper left corner is at a place."""
        self.figure.text(
            left / WIDTH, 1 - top / self.height, text, fontsize=size, color=colour, va="top"
        )


def _draw(poster: Poster) -> Figure:
    rows = _arrange(poster)
    beginning = HEADING + CAPTION + STEP_SIDE + GAP
    heights = [max(cell.height for cell in row) + CAPTION + GAP for row in rows]
    sheet = _Sheet(MARGIN + beginning + sum(heights) + MARGIN)
    sheet.write(MARGIN, MARGIN, poster.title, 26)
    sheet.write(MARGIN, MARGIN + 0.55, poster.version, 12)
    sheet.write(MARGIN, MARGIN + 0.8, COLOURS, 9, SMALL_PRINT)
    _draw_steps(sheet, poster, MARGIN + HEADING)
    top = MARGIN + beginning
    for row, height in zip(rows, heights, strict=True):
        for column, cell in enumerate(row):
            left = MARGIN + column * (_cell_width() + GAP)
            sheet.write(left, top, cell.title, 10)
            sheet.write(left, top + 0.2, cell.text, 8, SMALL_PRINT)
            cell.draw(sheet, (left, top + CAPTION, cell.width, cell.height))
        top += height
    return sheet.figure


@dataclass(frozen=True)
class _Cell:
    """A layer's place on the sheet, and how it is drawn there."""

    title: str
    text: str
    width: float
    height: float
    draw: Callable[[_Sheet, Place], None]


def _cell_width() -> float:
    return (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS


def _arrange(poster: Poster) -> list[list[_Cell]]:
    cells = [_lay_out(layer, poster) for layer in poster.layers]
    return [cells[first : first + COLUMNS] for first in range(0, len(cells), COLUMNS)]


def _lay_out(layer: "LayerInfo", poster: Poster) -> _Cell:
    """The layer's cell: bars for ten numbers, else a picture as on the page."""
    activation = poster.reading.activations[layer.name]
    title = f"{layer.name}, {layer.kind}, {' × '.join(map(str, layer.shape))}"
    text = f"from {activation.min():.3g} to {activation.max():.3g}"
    if activation.shape == (len(poster.class_names),):
        bars = partial(_draw_bars, values=activation, names=poster.class_names)
        return _Cell(title, text, _cell_width(), BARS, bars)
    picture = draw_activation(activation, poster.scaling)
    if activation.ndim == 3:
        scale = min(_cell_width() / picture.width, TALLEST / picture.height)
        width, height = picture.width * scale, picture.height * scale
    else:
        width = _cell_width() * min(1, activation.size / STRIP_COLUMNS)
        height = min(TALLEST, STRIP_ROW * math.ceil(activation.size / STRIP_COLUMNS))
    if poster.scaling == "map" and activation.ndim == 3:
        text += ", each map with colours of its own"
    return _Cell(title, text, width, height, partial(_draw_picture, png=picture.png))


def _draw_steps(sheet: _Sheet, poster: Poster, top: float) -> None:
    """The drawing's way to the network on the left, the probabilities on the right."""
    pictures = [("What the network gets", poster.image[..., 0])]
    if poster.steps is not None:
        pictures = [
            ("Drawn", poster.steps.ink),
            ("Cropped", poster.steps.cropped),
            ("Fitted into 20 × 20", poster.steps.fitted),
            *pictures,
        ]
    for index, (title, values) in enumerate(pictures):
        left = MARGIN + index * (STEP_SIDE + 0.2)
        sheet.write(left, top + 0.2, title, 10)
        axes = sheet.add_axes((left, top + CAPTION, STEP_SIDE, STEP_SIDE))
        axes.set_facecolor("black")
        axes.imshow(values, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axes.set_anchor("C")
        _hide_frame(axes)
    left = MARGIN + 2 * (_cell_width() + GAP)
    sheet.write(left, top + 0.2, "Probabilities", 10)
    place = (left, top + CAPTION, _cell_width(), STEP_SIDE)
    _draw_bars(sheet, place, poster.reading.probabilities, poster.class_names, "{:.1%}".format)


def _draw_picture(sheet: _Sheet, place: Place, png: bytes) -> None:
    axes = sheet.add_axes(place)
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    axes.imshow(pixels, interpolation="nearest", aspect="auto")
    _hide_frame(axes)


def _hide_frame(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_frame_on(False)


def _draw_bars(
    sheet: _Sheet,
    place: Place,
    values: NDArray[np.float32],
    names: tuple[str, ...],
    write: Callable[[float], str] = "{:.3g}".format,
) -> None:
    """A bar for each class, the largest in another colour, its number beside it."""
    left, top, width, height = place
    indent = 0.1 + NAMES * max(map(len, names))
    axes = sheet.add_axes((left + indent, top, width - indent, height))
    colours = [ACCENT if value == values.max() else FAINT for value in values]
    axes.barh(range(len(names)), values, color=colours)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.invert_yaxis()
    low, high = min(float(values.min()), 0), max(float(values.max()), 0)
    axes.set_xlim(low - 0.22 * (high - low) * (low < 0), high + 0.22 * (high - low))
    for row, value in enumerate(values.tolist()):
        axes.annotate(
            write(value),
            (value, row),
            xytext=(3 if value >= 0 else -3, 0),
            textcoords="offset points",
            ha="left" if value >= 0 else "right",
            va="center",
            fontsize=8,
        )
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
