"""The component that draws the map, and what it is told."""

import base64
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.embedding import Neighbours
from mnist_demo.landscape import Landscape

HERE = Path(__file__).parent
WIDTH, HEIGHT, MARGIN = 1000, 760, 26  # of the map, in its own units
HINT = "Point at a number to see its picture, or move from one to the next with the arrow keys."

_show_map = st.components.v2.component(
    "where",
    html="<div class='where'></div>",
    css=(HERE / "where.css").read_text(encoding="utf-8"),
    js=(HERE / "where.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What the layer gave for the drawing, ``point`` (units,), and the pictures nearest to it."""

    point: NDArray[np.float32]
    near: Neighbours


@dataclass(frozen=True, eq=False)
class Scene:
    """What the page is about; ``sheet`` is `draw_sheet`'s."""

    landscape: Landscape
    names: tuple[str, ...]
    sheet: str
    drawn: Drawn | None

    @property
    def nearest(self) -> str:
        """How the nearest are labelled, the most frequent label first."""
        assert self.drawn is not None
        labels = self.landscape.samples.labels[self.drawn.near.indices]
        counts = np.bincount(labels, minlength=len(self.names))
        order = [label for label in np.argsort(-counts, kind="stable").tolist() if counts[label]]
        listed = ", ".join(f"{counts[label]} × {self.names[label]}" for label in order)
        return f"The {len(labels)} nearest pictures by their labels: {listed}."


def show_map(scene: Scene, places: NDArray[np.float32], own: NDArray[np.float32] | None) -> None:
    """Map with the pictures at ``places`` (n, 2), and the drawing, if there is one, at ``own``."""
    _show_map(data=describe_map(scene, places, own), key="where-map")


def describe_map(
    scene: Scene, places: NDArray[np.float32], own: NDArray[np.float32] | None
) -> dict[str, Any]:
    """What the component draws."""
    labels = scene.landscape.samples.labels
    values: list[list[Any]] = [labels.tolist()]
    alt = f"Map of {len(labels):,} test pictures, each the number of its class."
    if scene.drawn is not None:
        distances = np.linalg.norm(scene.landscape.points - scene.drawn.point, axis=1)
        values.append(distances.astype(np.float64).round(4).tolist())
        alt += f" Yours is the cross. {scene.nearest}"
    scaled = scale(places if own is None else np.vstack([places, own]))
    points = scaled[: len(labels)].tolist()
    return {
        "names": list(scene.names),
        "points": [[*place, *others] for place, *others in zip(points, *values, strict=True)],
        "drawing": None if own is None else scaled[-1].tolist(),
        "neighbours": [] if scene.drawn is None else scene.drawn.near.indices.tolist(),
        "sheet": scene.sheet,
        "columns": _count_columns(len(labels)),
        "size": [WIDTH, HEIGHT],
        "alt": alt,
        "hint": HINT,
    }


def scale(places: NDArray[np.float32]) -> NDArray[np.float64]:
    """Places (n, 2) inside the map, in its units, y pointing down; proportions are kept."""
    room = np.array([WIDTH, HEIGHT]) - 2 * MARGIN
    low, high = places.min(axis=0), places.max(axis=0)
    unit = float((room / np.maximum(high - low, 1e-9)).min())
    away = (places.astype(np.float64) - (low + high) / 2) * unit
    return np.asarray(np.round(np.array([WIDTH, HEIGHT]) / 2 + away * (1, -1), 1))


def draw_sheet(landscape: Landscape) -> str:
    """All pictures on one, side by side in rows, as PNG in base64."""
    pixels = np.rint(landscape.samples.pixels[..., 0] * 255).astype(np.uint8)
    count, height, width = pixels.shape
    columns = _count_columns(count)
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, height, width), np.uint8)
    cells[:count] = pixels
    sheet = cells.reshape(rows, columns, height, width).swapaxes(1, 2)
    file = io.BytesIO()
    Image.fromarray(sheet.reshape(rows * height, columns * width)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def _count_columns(count: int) -> int:
    return math.ceil(math.sqrt(count))
