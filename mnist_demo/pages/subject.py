"""What the pages beside the draw page are about: the drawing there, and the network's image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_demo.errors import BlankDrawingError
from mnist_demo.images import normalize
from mnist_demo.pages.canvas import Drawing, get_canvas


@dataclass(frozen=True)
class Subject:
    """What is read: the network's ``image``, and the drawing it comes from."""

    drawing: Drawing
    image: NDArray[np.float32]


def find_subject() -> Subject | None:
    """What the draw page reads too; None where nothing is drawn."""
    drawing = get_canvas().drawing
    if drawing.is_blank:
        return None
    if drawing.image is not None:
        return Subject(drawing, drawing.image)
    try:
        return Subject(drawing, normalize(drawing.rgba).image)
    except BlankDrawingError:
        return None
