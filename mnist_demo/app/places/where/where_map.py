"""The map of test pictures, and the component that draws it."""

import base64
import io
import json
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.app.components.class_colours import CLASS_COLOURS
from mnist_demo.app.components.live.files import keep_file
from mnist_demo.app.components.modules import make_component
from mnist_demo.explain.embedding import TsneMap
from mnist_demo.explain.landscape import Landscape, Neighbours
from mnist_demo.language import _

MARGIN = 0.04  # of the map's width

_show_map = make_component("places/where/where.js", html="<div class='where'></div>")


@dataclass(frozen=True, eq=False)
class PictureMap:
    """Test pictures in the plane."""

    landscape: Landscape
    tsne: TsneMap

    def show(
        self, point: NDArray[np.float32], near: Neighbours, names: tuple[str, ...], summary: str
    ) -> None:
        """Draw the map with a drawing, for which the layer gave ``point`` (units,)."""
        text = _("Map of test pictures, each the number of its class. {summary}")
        _show_map(
            data={
                "address": keep_file(self.file),
                "drawing": fit(self.tsne.positions, self.tsne.embed(point)[np.newaxis])[0].tolist(),
                "neighbours": near.indices.tolist(),
                "names": names,
                "alt": text.format(summary=summary),
            },
            key="where-map",
        )

    @cached_property
    def file(self) -> bytes:
        """What does not change from drawing to drawing, nor with the language, as JSON."""
        told = {
            "points": fit(self.tsne.positions, self.tsne.positions).tolist(),
            "labels": self.landscape.samples.labels.tolist(),
            "colours": CLASS_COLOURS,
            "sheet": draw_sheet(self.landscape.samples.pixels),
            "columns": _count_columns(len(self.tsne.positions)),
        }
        return json.dumps(told).encode()


def fit(positions: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float64]:
    """Places of ``others`` (n, 2) on a map that ``positions`` just fit, in their proportions.

    Places are in [0, 1], from the left and from the top; what lies beyond is put at the edge.
    """
    low, high = positions.min(axis=0), positions.max(axis=0)
    unit = (1 - 2 * MARGIN) / max(float((high - low).max()), 1e-9)
    away = (others.astype(np.float64) - (low + high) / 2) * unit * (1, -1)
    return np.asarray(np.clip(np.round(0.5 + away, 4), 0, 1))


def draw_sheet(pixels: NDArray[np.float32]) -> str:
    """Pictures (n, height, width, 1) on one, side by side in rows, as PNG in base64."""
    count, height, width = pixels.shape[:3]
    columns = _count_columns(count)
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, height, width), np.uint8)
    cells[:count] = np.rint(pixels[..., 0] * 255)
    sheet = cells.reshape(rows, columns, height, width).swapaxes(1, 2)
    file = io.BytesIO()
    Image.fromarray(sheet.reshape(rows * height, columns * width)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def _count_columns(count: int) -> int:
    return math.ceil(math.sqrt(count))
