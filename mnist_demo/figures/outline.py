"""The outline of a drawing, to be laid over a map of the same pixels."""

import numpy as np
from numpy.typing import NDArray

INK = 0.5  # a pixel at least this bright is inside


def trace_outline(image: NDArray[np.float32]) -> str:
    """Border between ink and background of (28, 28, 1), as the path of an SVG of 28 x 28 units.

    It runs along the edges of the pixels, so it hides none of them.
    """
    ink = np.pad(image[..., 0] >= INK, 1)
    rows, columns = np.nonzero(ink[1:, 1:-1] != ink[:-1, 1:-1])
    across = [f"M{x} {y}h1" for y, x in zip(rows.tolist(), columns.tolist(), strict=True)]
    rows, columns = np.nonzero(ink[1:-1, 1:] != ink[1:-1, :-1])
    down = [f"M{x} {y}v1" for y, x in zip(rows.tolist(), columns.tolist(), strict=True)]
    return "".join(across + down)
