"""A drawing: pen strokes on a canvas, and what they are meant to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist_demo.handwriting.curves import Stroke

NOT_A_DIGIT = -1
USUAL_CANVAS_SIZE = 280
LONGER_SIDE_FRACTIONS = (0.45, 0.85)
BRUSH_FRACTIONS = (10 / USUAL_CANVAS_SIZE, 26 / USUAL_CANVAS_SIZE)
_OVERSAMPLING = 2


@dataclass(frozen=True)
class Drawing:
    """Strokes, each (n, 2) float32 of x and y in canvas pixels, drawn with a round brush.

    `label` is 0 to 9 or NOT_A_DIGIT, `variant` says how it is written ("7-crossed"),
    `brush` is the brush's width and `size` the canvas's side, both in pixels.
    """

    strokes: tuple[Stroke, ...]
    label: int
    variant: str
    brush: float
    size: int


def place(
    strokes: Sequence[Stroke],
    rng: Generator,
    size: int = USUAL_CANVAS_SIZE,
    label: int = NOT_A_DIGIT,
    pens: tuple[float, float] | None = None,
) -> Drawing:
    """The strokes as a drawing on a canvas: any size, any place and any brush that fit.

    The longer side becomes 45 to 85 % of `size`, the brush 10 to 26 pixels wide on a
    canvas of 280 and in proportion on others; the whole brush stays on the canvas. ``pens``, where
    given, is a range of the brush's width as a fraction of the longer side instead. The variant is
    "pen".
    """
    brush = rng.uniform(*BRUSH_FRACTIONS) * size
    longer_side = rng.uniform(*LONGER_SIDE_FRACTIONS) * size
    if pens is not None:
        brush = np.exp(rng.uniform(*np.log(pens))) * longer_side
        longer_side = min(longer_side, size - brush - 2)
    points = np.concatenate(list(strokes)).astype(np.float64)
    corner, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = longer_side / max(extent.max(), 1e-6)
    margin = brush / 2 + 1
    free = np.maximum(size - 2 * margin - extent * scale, 0)
    offset = margin + rng.random(2) * free
    placed = tuple(((stroke - corner) * scale + offset).astype(np.float32) for stroke in strokes)
    return Drawing(placed, label, "pen", float(brush), size)


def render(drawing: Drawing) -> NDArray[np.uint8]:
    """The canvas with the drawing on it: (size, size, 4) uint8 RGBA, white on black."""
    return render_strokes(drawing.strokes, drawing.brush, drawing.size)


def render_strokes(
    strokes: Sequence[Stroke], brush: float | Sequence[float], size: int = USUAL_CANVAS_SIZE
) -> NDArray[np.uint8]:
    """White strokes of a round brush on a black canvas: (size, size, 4) uint8 RGBA.

    `strokes` are (n, 2) arrays of x and y in pixels, `brush` is a width in pixels, or a width
    for each stroke.
    """
    brushes = np.broadcast_to(brush, len(strokes)).tolist()
    ink = _render_ink(list(zip(strokes, brushes, strict=True)), size)
    return np.stack([ink, ink, ink, np.full_like(ink, 255)], axis=-1)


def find_strokes(
    strokes: Sequence[Stroke], brush: float | Sequence[float], size: int = USUAL_CANVAS_SIZE
) -> NDArray[np.bool_]:
    """Where each stroke is, (n, size, size) bool, of what `render_strokes` renders."""
    brushes = np.broadcast_to(brush, len(strokes)).tolist()
    every = zip(strokes, brushes, strict=True)
    return np.stack([_render_ink([one], size) > 0 for one in every])


def _render_ink(strokes: Sequence[tuple[Stroke, float]], size: int) -> NDArray[np.uint8]:
    """Ink (size, size) of strokes, each with its brush."""
    canvas = Image.new("L", (size * _OVERSAMPLING,) * 2, 0)
    pen = ImageDraw.Draw(canvas)
    for stroke, width in strokes:
        _draw_stroke(pen, np.asarray(stroke, np.float64) * _OVERSAMPLING, width * _OVERSAMPLING)
    return np.asarray(canvas.reduce(_OVERSAMPLING))


def _draw_stroke(pen: ImageDraw.ImageDraw, path: NDArray[np.float64], brush: float) -> None:
    """A polyline (n, 2) with round joints and ends."""
    path = _thin_out(path, brush / 5)
    radius = brush / 2
    if len(path) > 1:
        pen.line([(float(x), float(y)) for x, y in path], fill=255, width=max(round(brush), 1))
    for x, y in path:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _thin_out(path: NDArray[np.float64], spacing: float) -> NDArray[np.float64]:
    """The path without points closer than `spacing` along it; both ends stay."""
    travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    step = np.floor(travelled / max(spacing, 1e-6))
    keep = np.concatenate([[True], np.diff(step) > 0])
    keep[-1] = True
    return np.asarray(path[keep])
