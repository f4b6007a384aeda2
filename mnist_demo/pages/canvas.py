"""The canvas, with undo, redo, clear and examples, and what is drawn on it."""

import base64
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from mnist_demo import handwriting
from mnist_demo.store import PROJECT
from mnist_demo.strokes import INK, Stroke, from_path, to_path

CANVAS_SIDE = 320
EXAMPLES_FILE = PROJECT / "assets" / "examples.json"
LONGEST_HISTORY = 100
DEFAULT_BRUSH = 20  # pixels
GROUND = "#000000"


@dataclass(frozen=True)
class Drawing:
    """A drawing as the canvas stores it (``fabric``) and as it looks (``png``).

    ``image`` is what the network gets where this is a picture of a data set, prepared already:
    (28, 28, 1) float32 in [0, 1].
    """

    fabric: dict[str, Any]
    png: bytes
    image: NDArray[np.float32] | None = field(default=None, compare=False)

    @property
    def is_blank(self) -> bool:
        """Whether there is no stroke."""
        return not self.png

    @property
    def key(self) -> str:
        """Names what is drawn: a key for caches."""
        kind = "drawing" if self.image is None else "picture"
        return f"{kind}-{hashlib.sha256(self.png).hexdigest()}"

    @property
    def rgba(self) -> NDArray[np.uint8]:
        """(height, width, 4) uint8."""
        return np.asarray(Image.open(io.BytesIO(self.png)))


BLANK = Drawing({"objects": []}, b"")


@dataclass
class Canvas:
    """One visitor's canvas: the drawings so far, and which of them is shown.

    ``generation`` counts how often the page itself has put a drawing on the canvas; with each,
    the canvas starts anew from ``initial``.
    """

    drawings: list[Drawing] = field(default_factory=lambda: [BLANK])
    position: int = 0
    generation: int = 0
    initial: Drawing = BLANK

    @property
    def drawing(self) -> Drawing:
        """What is on the canvas."""
        return self.drawings[self.position]

    @property
    def key(self) -> str:
        """Key of the canvas widget."""
        return f"canvas-{self.generation}"

    def add(self, drawing: Drawing) -> None:
        """Take what the visitor has drawn; what could have been redone is forgotten."""
        self.drawings = [*self.drawings[: self.position + 1], drawing][-LONGEST_HISTORY:]
        self.position = len(self.drawings) - 1

    def put(self, drawing: Drawing) -> None:
        """Show another drawing."""
        self.add(drawing)
        self._restart()

    def move(self, steps: int) -> None:
        """Undo (-1) or redo (1)."""
        self.position = min(max(self.position + steps, 0), len(self.drawings) - 1)
        self._restart()

    def _restart(self) -> None:
        self.initial = self.drawing
        self.generation += 1

    def take(self, fabric: dict[str, Any], png: bytes) -> None:
        """Take what the canvas reports, which it repeats with every rerun.

        Strokes that follow fast on each other are reported together; each can be undone alone.
        """
        if png == self.drawing.png:
            return
        objects = fabric["objects"]
        for count in range(len(self.drawing.fabric["objects"]) + 1, len(objects)):
            if all("path" in drawn for drawn in objects[:count]):
                self.add(draw([from_path(path) for path in objects[:count]]))
        self.add(Drawing(fabric, png))


def get_canvas() -> Canvas:
    """Canvas of this visitor; it outlives a change of the page."""
    if "canvas" not in st.session_state:
        st.session_state["canvas"] = Canvas()
    canvas: Canvas = st.session_state["canvas"]
    return canvas


def resume_canvas() -> None:
    """Put the drawing back after another page has been shown, where the widget is gone."""
    canvas = get_canvas()
    if canvas.key not in st.session_state and canvas.drawing is not canvas.initial:
        canvas.move(0)


def take_drawing() -> Drawing:
    """What is on the canvas, from the widget's state: known before anything is sent."""
    canvas = get_canvas()
    reported = st.session_state.get(canvas.key, {}).get("drawing")
    if reported and reported["data"]:
        _, encoded = reported["data"].split(",", 1)  # data:image/png;base64,…
        canvas.take(reported["raw"], base64.b64decode(encoded))
    return canvas.drawing


def show_canvas(on_stroke: Callable[[], object] | None = None) -> None:
    """Canvas to draw on, and its buttons; ``on_stroke`` is called before the page runs again."""
    from streamlit_drawable_canvas import st_canvas  # works in a script run only

    canvas = get_canvas()
    st_canvas(
        stroke_width=st.session_state.get("brush_width", DEFAULT_BRUSH),
        stroke_color=INK,
        background_color=GROUND,
        width=CANVAS_SIDE,
        height=CANVAS_SIDE,
        initial_drawing=canvas.initial.fabric,
        return_image_data=True,
        key=canvas.key,
        on_change=on_stroke,
    )
    _show_buttons(canvas)


def _show_buttons(canvas: Canvas) -> None:
    """Undo, redo and clear; the canvas's own toolbar never shows on a touch screen."""
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Undo",
            icon=":material/undo:",
            help="Take back the last stroke.",
            disabled=canvas.position == 0,
            on_click=canvas.move,
            args=(-1,),
        )
        st.button(
            "Redo",
            icon=":material/redo:",
            help="Bring back what was undone.",
            disabled=canvas.position == len(canvas.drawings) - 1,
            on_click=canvas.move,
            args=(1,),
        )
        st.button(
            "Clear",
            icon=":material/delete:",
            help="Start with an empty canvas. Undo brings the drawing back.",
            disabled=canvas.drawing.is_blank,
            on_click=canvas.put,
            args=(BLANK,),
        )


def show_brush() -> None:
    """Width of the next strokes."""
    st.slider(
        "Brush width",
        4,
        40,
        DEFAULT_BRUSH,
        key="brush_width",
        persist_state="session",
        format="%d px",
        help="Width of the next strokes, in pixels of the canvas.",
    )


@cache
def load_examples() -> dict[str, Drawing]:
    """Example drawings by label, from ``assets/examples.json``.

    The file holds, for each label, ``brush`` in pixels of a canvas of 320 and ``strokes``, lists
    of [x, y] in the same pixels.
    """
    examples = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))
    return {label: draw_strokes(**example) for label, example in examples.items()}


def draw_strokes(strokes: list[list[list[float]]], brush: float) -> Drawing:
    """Drawing of strokes, lists of [x, y] in pixels of the canvas, with a round brush."""
    return draw([Stroke(np.array(stroke, np.float32), brush) for stroke in strokes])


def draw(strokes: Sequence[Stroke]) -> Drawing:
    """Drawing of strokes, each with its own brush."""
    return Drawing({"objects": [to_path(stroke) for stroke in strokes]}, _encode(render(strokes)))


def render(strokes: Sequence[Stroke]) -> NDArray[np.uint8]:
    """The canvas with strokes on it, (320, 320, 4) uint8."""
    ink = np.zeros((CANVAS_SIDE, CANVAS_SIDE, 4), np.uint8)
    for stroke in strokes:
        points = [stroke.flatten()]
        ink = np.maximum(ink, handwriting.render_strokes(points, stroke.brush, CANVAS_SIDE))
    return ink


def show_as_drawing(
    image: NDArray[np.float32], drawing: handwriting.Drawing | None = None
) -> Drawing:
    """Drawing of a sample: ``image`` (28, 28, 1) in [0, 1], as strokes where they are known."""
    if drawing is not None:
        scale = CANVAS_SIDE / drawing.size
        strokes = [Stroke(stroke * scale, drawing.brush * scale) for stroke in drawing.strokes]
        fabric = {"objects": [to_path(stroke) for stroke in strokes]}
        return Drawing(fabric, _encode(handwriting.render(drawing)))
    pixels = np.kron(np.rint(image[..., 0] * 255).astype(np.uint8), np.ones((10, 10), np.uint8))
    canvas = np.pad(pixels, (CANVAS_SIDE - len(pixels)) // 2)
    rgba = np.full((CANVAS_SIDE, CANVAS_SIDE, 4), 255, np.uint8)
    rgba[..., :3] = canvas[..., np.newaxis]
    return show_picture(rgba, image)


def show_picture(rgba: NDArray[np.uint8], image: NDArray[np.float32] | None = None) -> Drawing:
    """Drawing of a picture, (320, 320, 4) uint8, light ink on dark; ``image`` as in `Drawing`."""
    png = _encode(rgba)
    return Drawing({"objects": [_as_fabric_image(png)]}, png, image)


def _as_fabric_image(png: bytes) -> dict[str, Any]:
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    place = {"left": 0, "top": 0, "originX": "left", "originY": "top"}
    return {"type": "Image", "src": source, "crossOrigin": None, **place}


def _encode(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
