"""Arrays to pixels: montages of feature maps, strips of units, kernels, as palette PNGs."""

import base64
import io
import math
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Number = TypeVar("Number", np.float32, np.uint8)
Scaling = Literal["map", "layer"]
GAP = 255  # palette index of the transparent gap; values use 0 to 254
BRIGHTEST = 254
STRIP_COLUMNS = 64


@dataclass(frozen=True)
class Picture:
    """A PNG of cells in rows, one pixel of gap between them.

    Attributes
    ----------
    png
        The file, one pixel for each number.
    columns, rows
        Number of cells across and down; the last row may be incomplete.
    cell_width, cell_height
        Pixels of one cell, without the gap.
    low, high
        The values that the first and the last colour stand for; where every map has a scale of
        its own, the lowest and highest of all.
    """

    png: bytes
    columns: int
    rows: int
    cell_width: int
    cell_height: int
    low: float
    high: float

    @property
    def width(self) -> int:
        """Width of the PNG in pixels."""
        return self.columns * (self.cell_width + 1) - 1

    @property
    def height(self) -> int:
        """Height of the PNG in pixels."""
        return self.rows * (self.cell_height + 1) - 1


def draw_activation(activation: NDArray[np.float32], scaling: Scaling = "layer") -> Picture:
    """Picture of a layer's output: a montage of (height, width, channels), a strip of (units,)."""
    if activation.ndim == 3:
        return draw_montage(activation, scaling)
    return draw_strip(activation)


def draw_montage(maps: NDArray[np.float32], scaling: Scaling = "layer") -> Picture:
    """All channels of ``maps`` (height, width, channels), as near to two to one as they fit.

    ``scaling`` spreads the colours over each map's own range or over the range of all.
    """
    height, width, channels = maps.shape
    columns, rows = choose_grid(channels)
    levels = to_levels(maps, axes=(0, 1) if scaling == "map" else None)
    tiles = np.full((rows * columns, height + 1, width + 1), GAP, np.uint8)
    tiles[:channels, :height, :width] = levels.transpose(2, 0, 1)
    sheet = _join(tiles, columns)
    low, high = float(maps.min()), float(maps.max())
    return Picture(encode_png(sheet), columns, rows, width, height, low, high)


def draw_strip(units: NDArray[np.float32]) -> Picture:
    """Units (n,) as cells of one pixel, 64 in a row."""
    columns = min(len(units), STRIP_COLUMNS)
    rows = math.ceil(len(units) / columns)
    sheet = np.full((2 * rows, 2 * columns), GAP, np.uint8)
    cells = np.full(rows * columns, GAP, np.uint8)
    cells[: len(units)] = to_levels(units)
    sheet[::2, ::2] = cells.reshape(rows, columns)
    low, high = float(units.min()), float(units.max())
    return Picture(encode_png(sheet[:-1, :-1]), columns, rows, 1, 1, low, high)


def draw_image(values: NDArray[np.float32], palette_name: str = "viridis") -> bytes:
    """PNG of one (height, width) array, the colours spread over its own range."""
    return encode_png(to_levels(values), palette_name)


def encode_image(image: NDArray[np.float32]) -> str:
    """A digit image (28, 28, 1) as a PNG in base64, black to white over its own range."""
    return base64.b64encode(draw_image(image[..., 0], "gray")).decode()


def draw_signed(values: NDArray[np.float32], reach: float | None = None) -> bytes:
    """PNG of one (height, width) array on a diverging scale with zero in the middle.

    The scale ends at ``reach``, or where that is not given, at the largest of ``values``.
    """
    reach = reach or float(np.abs(values).max()) or 1.0
    levels = np.rint((values / reach + 1) / 2 * BRIGHTEST).astype(np.uint8)
    return encode_png(levels, "PuOr")


def tile(kernel: NDArray[np.float32], columns: int = 8) -> NDArray[np.float32]:
    """A kernel (height, width, inputs) as one array, its squares side by side in rows.

    Between them, and where the last row is not full, stand zeros.
    """
    height, width, inputs = kernel.shape
    columns = min(inputs, columns)
    rows = math.ceil(inputs / columns)
    tiles = np.zeros((rows * columns, height + 1, width + 1), np.float32)
    tiles[:inputs, :height, :width] = kernel.transpose(2, 0, 1)
    return _join(tiles, columns)


def _join(tiles: NDArray[Number], columns: int) -> NDArray[Number]:
    """Tiles (n, height, width) in rows of ``columns``, without the gap at the right and below."""
    count, height, width = tiles.shape
    sheet = tiles.reshape(count // columns, columns, height, width).swapaxes(1, 2)
    return sheet.reshape(count // columns * height, columns * width)[:-1, :-1]


def choose_grid(count: int) -> tuple[int, int]:
    """(columns, rows) for ``count`` cells, about twice as wide as high, no row empty."""
    columns = min(count, math.ceil(math.sqrt(2 * count)))
    if count >= 8:
        columns = next((c for c in range(columns, 2 * columns) if count % c == 0), columns)
    return columns, math.ceil(count / columns)


def to_levels(
    values: NDArray[np.float32], axes: tuple[int, int] | None = None
) -> NDArray[np.uint8]:
    """Palette indices 0 to 254 over the range of ``values`` along ``axes``; 0 where constant."""
    low = values.min(axis=axes, keepdims=True)
    reach = values.max(axis=axes, keepdims=True) - low
    scale = np.divide(BRIGHTEST, reach, out=np.zeros_like(reach), where=reach > 0)
    return np.asarray(np.rint((values - low) * scale), np.uint8)


def encode_png(levels: NDArray[np.uint8], palette_name: str = "viridis") -> bytes:
    """PNG of palette indices (height, width), `GAP` transparent."""
    image = Image.fromarray(levels, "P")
    image.putpalette(_palette(palette_name))
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1, transparency=GAP)
    return file.getvalue()


def palette_css(name: str = "viridis", stops: int = 9) -> str:
    """The palette as the colour stops of a CSS gradient, first to last."""
    palette = _palette(name)
    indices = [round(stop * BRIGHTEST / (stops - 1)) for stop in range(stops)]
    return ", ".join("#" + palette[3 * i : 3 * i + 3].hex() for i in indices)


@cache
def _palette(name: str) -> bytes:
    """255 colours and the gap, 3 bytes each."""
    from matplotlib import colormaps  # takes a fifth of a second

    colours = colormaps[name](np.linspace(0, 1, GAP))[:, :3]
    return np.asarray(np.rint(colours * 255), np.uint8).tobytes() + bytes(3)
