"""The whole view of a drawing as one large picture: steps, answer and every layer."""

import io
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Literal

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager, get_font
from matplotlib.gridspec import GridSpecBase
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.figures.pixels import STRIP_COLUMNS, Scaling, draw_activation
from mnist_demo.image.normalization import Normalization
from mnist_demo.language import DEFAULT_LANGUAGE, N_, language, read_catalogue
from mnist_demo.reading.reading import LayerInfo, Reading

PIXELS_PER_INCH = 200
WIDTH, MARGIN = 12.0, 0.5  # inches, as all lengths here
COLUMNS = 3
HEADING, STEPS, BARS = 1.1, 2.1, 2.2
CAPTION = 0.5  # above each picture
TALLEST = 2.4
STRIP_ROW = 0.12
STRIP_ASPECT = 2.2  # a strip's pixels are so much higher than wide
ACCENT, FAINT, SMALL_PRINT = "#4338ca", "#9aa0b4", "#555555"
FONTS = (  # the first comes with Matplotlib, others have Chinese letters
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
)
COLOURS = N_(
    "In the layers' pictures the darkest colour is the lowest number, the brightest the highest."
)

_matplotlib = threading.Lock()  # its fonts are not made for several threads


@cache
def find_fonts() -> dict[str, set[int]]:
    """Those of `FONTS` that are here, and the letters that each has."""
    here = {font.name for font in fontManager.ttflist}
    return {name: set(get_font(findfont(name)).get_charmap()) for name in FONTS if name in here}


def choose_language() -> str:
    """The reader's language; English where no font here has its letters."""
    letters = set().union(*find_fonts().values())
    is_written = set(map(ord, read_catalogue(language()).gettext(COLOURS))) <= letters
    return language() if is_written else DEFAULT_LANGUAGE


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
    language
        Whoever makes the poster reads it; it is drawn when nobody is asked any more.
    """

    version: str
    class_names: tuple[str, ...]
    image: NDArray[np.float32]
    steps: Normalization | None
    reading: Reading
    layers: Sequence[LayerInfo]
    scaling: Scaling = "layer"
    language: str = field(default_factory=choose_language)

    @property
    def title(self) -> str:
        """The answer in words."""
        if self.reading.is_rejected:
            return self.say(N_("“This is not a digit I know.”"))
        probability = self.reading.probabilities[self.reading.digit]
        return self.say(N_("Read as {name}, {probability} sure")).format(
            name=self.names[self.reading.digit], probability=f"{probability:.1%}"
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The classes as they are called on it."""
        return tuple(map(self.say, self.class_names))

    def say(self, message: str) -> str:
        """A message in its language."""
        return read_catalogue(self.language).gettext(message)


def draw_poster(poster: Poster, form: Literal["png", "svg"]) -> bytes:
    """File of the poster: 2,400 pixels wide, or with letters and bars as lines of any size."""
    file = io.BytesIO()
    about = {"Title": poster.title, "Description": describe_poster(poster)}
    fonts = FONTS[:1] if poster.language == DEFAULT_LANGUAGE else find_fonts()
    with _matplotlib, rc_context({"font.family": list(fonts)}):
        figure = compose(poster)
        figure.savefig(file, format=form, dpi=PIXELS_PER_INCH, metadata=about)
    return file.getvalue()


def describe_poster(poster: Poster) -> str:
    """What is to be seen on it, for who does not see it."""
    bars = (
        f"{name} {probability:.1%}"
        for name, probability in zip(poster.names, poster.reading.probabilities, strict=True)
    )
    comma = poster.say(N_(", "))
    return poster.say(N_("{title}, by {version}. Probabilities: {bars}. Layers: {layers}.")).format(
        title=poster.title,
        version=poster.version,
        bars=comma.join(bars),
        layers=comma.join(layer.name for layer in poster.layers),
    )


def compose(poster: Poster) -> Figure:
    """Heading, the drawing's way to the network beside the probabilities, and the layers."""
    rows = [poster.layers[i : i + COLUMNS] for i in range(0, len(poster.layers), COLUMNS)]
    heights = [max(_measure_height(poster, layer) for layer in row) for row in rows]
    heights = [HEADING, STEPS, *(CAPTION + height for height in heights)]
    height = sum(heights) + 2 * MARGIN
    x, y = MARGIN / WIDTH, MARGIN / height
    layout = ConstrainedLayoutEngine(rect=(x, y, 1 - 2 * x, 1 - 2 * y))
    figure = Figure((WIDTH, height), facecolor="white", layout=layout)
    grid = figure.add_gridspec(len(heights), COLUMNS, height_ratios=heights)
    _write_heading(figure.add_subplot(grid[0, :]), poster)
    _draw_steps(figure, grid[1, :2].subgridspec(1, 4), poster)
    bars = figure.add_subplot(grid[1, 2])
    _draw_bars(bars, poster.reading.probabilities, poster.names, "{:.1%}".format)
    bars.set_title(poster.say(N_("Probabilities")), loc="left", fontsize=10)
    for row, layers in enumerate(rows, start=2):
        for column, layer in enumerate(layers):
            _draw_layer(figure.add_subplot(grid[row, column]), poster, layer)
    return figure


def _measure_height(poster: Poster, layer: LayerInfo) -> float:
    """How high a layer's picture is in a column, in inches."""
    activation = poster.reading.activations[layer.name]
    if _has_bars(poster, layer):
        return BARS
    if not layer.has_maps:
        return STRIP_ROW * math.ceil(activation.size / STRIP_COLUMNS)
    picture = draw_activation(activation)
    return min(TALLEST, (WIDTH - 2 * MARGIN) / COLUMNS * picture.height / picture.width)


def _has_bars(poster: Poster, layer: LayerInfo) -> bool:
    return layer.shape == (len(poster.class_names),)


def _write_heading(axes: Axes, poster: Poster) -> None:
    axes.set_axis_off()
    write = partial(axes.annotate, xycoords=("figure fraction", "axes fraction"), va="top")
    write(poster.title, (MARGIN / WIDTH, 1), fontsize=26)
    write(poster.version, (MARGIN / WIDTH, 0.4), fontsize=12)
    write(poster.say(COLOURS), (MARGIN / WIDTH, 0.15), fontsize=9, color=SMALL_PRINT)


def _draw_steps(figure: Figure, grid: GridSpecBase, poster: Poster) -> None:
    pictures = {N_("What the network gets"): poster.image[..., 0]}
    if (steps := poster.steps) is not None:
        ways = {
            N_("Drawn"): steps.ink,
            N_("Cropped"): steps.cropped,
            N_("Fitted into 20 × 20"): steps.fitted,
        }
        pictures = ways | pictures
    for column, (title, values) in enumerate(pictures.items()):
        axes = figure.add_subplot(grid[0, column])
        axes.imshow(values, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axes.set_title(poster.say(title), loc="left", fontsize=10)
        axes.set_axis_off()


def _draw_layer(axes: Axes, poster: Poster, layer: LayerInfo) -> None:
    """Bars of as many numbers as there are classes, else a picture as on the page."""
    activation = poster.reading.activations[layer.name]
    title = f"{layer.name}, {layer.kind}, {' × '.join(map(str, layer.shape))}"
    text = N_("from {low} to {high}")
    if layer.has_maps and poster.scaling == "map":
        text = N_("from {low} to {high}, each map with colours of its own")
    text = poster.say(text).format(low=_write(activation.min()), high=_write(activation.max()))
    if _has_bars(poster, layer):
        _draw_bars(axes, activation, poster.names, _write)
    else:
        png = draw_activation(activation, poster.scaling).png
        pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
        aspect = 1.0 if layer.has_maps else STRIP_ASPECT
        axes.imshow(pixels, interpolation="nearest", aspect=aspect)
        if not layer.has_maps:
            axes.set_xlim(right=2 * STRIP_COLUMNS)  # few units are as wide as among many
        axes.set_anchor("NW")
        axes.set_axis_off()
    axes.set_title(f"{title}\n{text}", loc="left", fontsize=9)


def _write(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _draw_bars(
    axes: Axes,
    values: NDArray[np.float32],
    names: tuple[str, ...],
    write: Callable[[float], str],
) -> None:
    """A bar for each class, the largest in another colour, its number beside it."""
    colours = [ACCENT if value == values.max() else FAINT for value in values]
    bars = axes.barh(names, values, color=colours)
    axes.bar_label(bars, [write(value) for value in values.tolist()], padding=3, fontsize=8)
    axes.margins(x=0.22)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.tick_params(length=0, labelsize=8)
    axes.spines[:].set_visible(False)
