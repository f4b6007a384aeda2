"""Strokes on a canvas: their points, and the paths that the canvas (Fabric.js) makes of them."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

CANVAS_SIDE = 320  # pixels
FARTHEST = 10_000  # pixels; a stroke may leave the canvas
INK = "#ffffff"
DOT = 0.01  # pixels: a path must lead somewhere


@dataclass(frozen=True, eq=False)
class BrushStroke:
    """Points (n, 2) float32, n at least 1, in pixels of the canvas, drawn with a round brush.

    A ``is_smooth`` stroke is rounded between its points as the canvas rounds what is drawn on it:
    from the middle of two points to the middle of the next two in a parabola bent by the point
    between them.
    """

    points: NDArray[np.float32]
    brush: float
    is_smooth: bool = False

    def flatten(self) -> NDArray[np.float32]:
        """Points (n, 2) float32 of straight lines that follow the stroke."""
        if not self.is_smooth or len(self.points) < 3:
            return self.points
        middles = (self.points[:-1] + self.points[1:]) / 2
        bends = (middles[:-1] + 2 * self.points[1:-1] + middles[1:]) / 4  # halfway on the parabola
        between = np.stack([middles[:-1], bends], axis=1).reshape(-1, 2)
        ends = self.points[:1], between, middles[-1:], self.points[-1:]
        return np.concatenate(ends).astype(np.float32)


def to_path(stroke: BrushStroke) -> dict[str, Any]:
    """The path that the canvas draws for a stroke."""
    points = stroke.points.tolist()
    if len(points) == 1:
        points.append([points[0][0] + DOT, points[0][1]])
    commands: list[list[Any]] = [["M", *points[0]]]
    if stroke.is_smooth:
        for (x, y), (next_x, next_y) in pairwise(points):
            commands.append(["Q", x, y, (x + next_x) / 2, (y + next_y) / 2])
        commands.append(["L", *points[-1]])
    else:
        commands += [["L", *point] for point in points[1:]]
    return {
        "type": "Path",
        "path": commands,
        "stroke": INK,
        "strokeWidth": stroke.brush,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "fill": None,
    }


def from_path(path: dict[str, Any]) -> BrushStroke:
    """The stroke of a path that the canvas has drawn, or that `to_path` has made."""
    (_, *start), *commands = path["path"]
    bends = [command[1:3] for command in commands if command[0] == "Q"]
    ends = [command[-2:] for command in commands if command[0] == "L"]
    points = [start, *bends[1:], *ends]  # the first bend is where the stroke starts
    return BrushStroke(np.array(points, np.float32), float(path["strokeWidth"]), bool(bends))
