"""The canvas, what is drawn on it, and what was."""

import base64
import hashlib
import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from itertools import compress
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from mnist_demo import handwriting
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.session import BRUSH_WIDTH, CANVAS, report_of
from mnist_demo.app.stage.example import show_example
from mnist_demo.errors import CanvasError
from mnist_demo.handwriting.canvas_strokes import (
    CANVAS_SIDE,
    FARTHEST,
    INK,
    BrushStroke,
    from_path,
    to_path,
)
from mnist_demo.handwriting.examples import read_examples
from mnist_demo.language import N_, _

ACTIONS = ("undo", "redo", "clear")
LONGEST_HISTORY = 100
BACKGROUND = "#000000"
MOST_STROKES = 1_000  # as `TOO_MUCH` says
MOST_POINTS = 50_000
WIDEST = 100  # pixels; a brush of the page is narrower
TOO_MUCH = N_(
    "That was too much for one drawing, which may have at most 1,000 strokes: what was drawn last "
    "was taken back."
)
NO_PICTURE = N_("What the canvas sent could not be read: the previous drawing is back.")


@dataclass(frozen=True, eq=False)
class CanvasContent:
    """A drawing as the canvas stores it (``fabric``) and as it has shown it (``shown``, a PNG).

    Strokes that it has not shown yet are rendered when their picture is asked for. ``image`` is
    what the network gets where this is a picture of a data set, prepared already: (28, 28, 1)
    float32 in [0, 1]. ``label`` is the name of its true class, where that is known.
    """

    fabric: dict[str, Any]
    shown: bytes | None = None
    image: NDArray[np.float32] | None = None
    label: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is no stroke."""
        return not self.fabric["objects"]

    @property
    def strokes(self) -> tuple[BrushStroke, ...]:
        """All strokes on the canvas; none where there is something else on it."""
        objects = self.fabric["objects"]
        return tuple(map(from_path, objects)) if all("path" in one for one in objects) else ()

    @cached_property
    def png(self) -> bytes:
        """How it looks."""
        if self.shown is not None:
            return self.shown
        return _encode(render(self.strokes))

    @cached_property
    def key(self) -> str:
        """Names what is drawn: a key for caches."""
        kind = "drawing" if self.image is None else "picture"
        return f"{kind}-{hashlib.sha256(self.png).hexdigest()}"

    @property
    def rgba(self) -> NDArray[np.uint8]:
        """(height, width, 4) uint8, read-only."""
        return _decode(self.png)


BLANK = CanvasContent({"objects": []}, b"")


@dataclass
class Canvas:
    """One visitor's canvas: the drawings so far, and which of them is shown.

    ``example`` is on the stage until something else is, and no drawing on the canvas itself.
    ``generation`` counts how often the page itself has put a drawing on the canvas; with each,
    the canvas starts anew from ``initial``. ``problem`` says why what was drawn last was not
    taken, if it was not. ``lock`` is for changes: a run that a click has replaced goes on up to its
    next element, beside the new one.
    """

    drawings: list[CanvasContent] = field(default_factory=lambda: [BLANK])
    position: int = 0
    generation: int = 0
    initial: CanvasContent = BLANK
    problem: str = ""
    example: CanvasContent | None = None
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    @property
    def drawing(self) -> CanvasContent:
        """What is on the stage."""
        return (self.shows_example and self.example) or self.drawings[self.position]

    @property
    def is_new(self) -> bool:
        """Whether nothing has been on the canvas so far."""
        return self.generation == 0 and len(self.drawings) == 1

    @property
    def shows_example(self) -> bool:
        """Whether the example is on the stage."""
        return self.is_new and self.example is not None

    @property
    def moment(self) -> tuple[int, int]:
        """Another with each drawing: the generation, and how much has been drawn on it."""
        return self.generation, len(self.drawings[self.position].fabric["objects"])

    @property
    def key(self) -> str:
        """Key of the canvas widget."""
        return f"canvas-{self.generation}"

    def add(self, drawing: CanvasContent) -> None:
        """Take what the visitor has drawn; what could have been redone is forgotten."""
        self.drawings = [*self.drawings[: self.position + 1], drawing][-LONGEST_HISTORY:]
        self.position = len(self.drawings) - 1
        self.problem = ""

    def put(self, drawing: CanvasContent) -> None:
        """Show another drawing."""
        with self.lock:
            if drawing is not self.drawings[self.position]:
                self.add(drawing)
            self._restart()

    def _move(self, steps: int) -> None:
        with self.lock:
            self.position = min(max(self.position + steps, 0), len(self.drawings) - 1)
            self.problem = ""
            self._restart()

    @property
    def possible(self) -> list[str]:
        """Which of the `ACTIONS` change something now."""
        can = self.position > 0, self.position < len(self.drawings) - 1, not self.drawing.is_blank
        return list(compress(ACTIONS, can))

    def act(self, action: str) -> None:
        """Carry out one of the `ACTIONS`, if it changes something."""
        if action not in self.possible:
            return
        if action == "clear":
            self.put(BLANK)
        else:
            self._move(-1 if action == "undo" else 1)

    def reject(self, problem: str) -> None:
        """Go back to the drawing before, for a reason in a sentence."""
        self.problem = problem
        self._restart()

    def _restart(self) -> None:
        self.generation += 1
        self.initial = self.drawing

    def draw(self, moment: list[int], strokes: Sequence[BrushStroke], png: bytes) -> bool:
        """Take strokes that were drawn at this `moment`, and how the canvas looks with them.

        False, and nothing is taken, where another moment has come. Raises CanvasError as `take`.
        """
        with self.lock:
            if moment != [*self.moment]:
                return False
            objects = self.drawings[self.position].fabric["objects"]
            self.take({"objects": [*objects, *map(to_path, strokes)]}, png)
            return True

    def take(self, fabric: Any, png: bytes) -> None:
        """Take what the canvas reports, which it repeats with every rerun.

        It has only ever more on it, until the page puts another drawing there: what has less is
        old. Strokes that follow fast on each other are reported together; each can be undone alone.
        Raises CanvasError for what no canvas of ours reports, and for too many strokes.
        """
        before = self.drawings[self.position]
        if png == before.png:
            return
        _check_report(fabric, png)
        if len(fabric["objects"]) <= len(before.fabric["objects"]):
            return
        objects, known = fabric["objects"], before.fabric["objects"]
        if objects[: len(known)] == known:  # a history of drawings has each stroke once in memory
            objects = [*known, *objects[len(known) :]]
        if all("path" in drawn for drawn in objects):
            first = max(len(known) + 1, len(objects) - LONGEST_HISTORY)
            for count in range(first, len(objects)):
                self.add(CanvasContent({"objects": objects[:count]}))
        self.add(CanvasContent({**fabric, "objects": objects}, png))


def _check_report(fabric: Any, png: bytes) -> None:
    try:
        objects = fabric["objects"]
        points = sum(len(drawn.get("path", ())) for drawn in objects)
        if len(objects) > MOST_STROKES or points > MOST_POINTS:
            raise CanvasError(TOO_MUCH)
        for path in (drawn for drawn in objects if "path" in drawn):
            _check_stroke(from_path(path))
        with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
            if picture.size != (CANVAS_SIDE, CANVAS_SIDE):
                raise CanvasError(NO_PICTURE)
        _decode(png)
    except CanvasError:
        raise
    except Exception as error:  # a damaged picture or stroke raises nearly anything
        raise CanvasError(NO_PICTURE) from error


def _check_stroke(stroke: BrushStroke) -> None:
    """Raise ValueError for a stroke that no brush of the page draws."""
    is_sound = stroke.points.ndim == 2 and stroke.points.shape[1] == 2
    is_near = (np.abs(stroke.points) <= FARTHEST).all()  # a NaN is not
    if not (is_sound and is_near and 0 < stroke.brush <= WIDEST):
        raise ValueError("no stroke")


@lru_cache(maxsize=4)
def _decode(png: bytes) -> NDArray[np.uint8]:
    """Its pixels, (height, width, 4), read-only: a stroke is checked, and then read."""
    return np.asarray(Image.open(io.BytesIO(png), formats=("PNG",)).convert("RGBA"))


def get_canvas() -> Canvas:
    """Canvas of this visitor; it outlives a change of the page."""
    canvas = CANVAS.get()
    if canvas is None:
        canvas = Canvas()
        CANVAS.set(canvas)
    return canvas


def take_drawing() -> CanvasContent:
    """What is on the canvas, from the widget's state: known before anything is sent."""
    canvas = get_canvas()
    generation = canvas.generation
    reported = report_of(canvas.key).get().get("drawing")
    if not _is_empty(reported):
        with canvas.lock:
            if generation == canvas.generation:  # else it is late, for a click has come between
                _take(canvas, reported)
    return canvas.drawing


def _is_empty(reported: Any) -> bool:
    """Whether the canvas has shown nothing yet."""
    return reported is None or (isinstance(reported, dict) and not reported.get("data"))


def _take(canvas: Canvas, reported: Any) -> None:
    try:
        fabric, address = reported["raw"], reported["data"]
        png = base64.b64decode(address.split(",", 1)[1])  # data:image/png;base64,…
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        canvas.reject(_(NO_PICTURE))
        return
    try:
        canvas.take(fabric, png)
    except CanvasError as error:
        canvas.reject(str(error))


def show_canvas(on_stroke: Callable[[], object]) -> None:
    """Canvas to draw on; ``on_stroke`` is called before the page runs again."""
    from streamlit_drawable_canvas import st_canvas  # works in a script run only

    canvas = get_canvas()
    with st.container(key="board"):
        st_canvas(
            stroke_width=BRUSH_WIDTH.get(),
            stroke_color=INK,
            background_color=BACKGROUND,
            width=CANVAS_SIDE,
            height=CANVAS_SIDE,
            initial_drawing=canvas.initial.fabric,
            return_image_data=True,
            update_streamlit=False,  # strokes.js does
            key=canvas.key,
            on_change=on_stroke,
        )
        if canvas.shows_example:
            show_example(canvas.drawing.fabric["objects"])
    if canvas.problem:
        st.warning(canvas.problem, icon=":material/gesture:")


_adapt = make_component("stage/canvas_adapter.js")


def adapt_canvas() -> None:
    """Hide the canvas's own buttons, and let it take a phone's width; shows nothing."""
    _adapt(data={"side": CANVAS_SIDE}, key="canvas-adapter")


def show_brush() -> None:
    """Width of the next strokes."""
    st.slider(
        _("Brush width"),
        4,
        40,
        BRUSH_WIDTH.initial,
        key=BRUSH_WIDTH.name,
        persist_state="session",
        format="%d px",
        help=_("Width of the next strokes, in pixels of the canvas."),
    )


@cache
def load_examples() -> dict[str, CanvasContent]:
    """Example drawings by label."""
    return {
        label: content_of_strokes(
            [BrushStroke(stroke, example.brush) for stroke in example.strokes]
        )
        for label, example in read_examples().items()
    }


def draw_strokes(strokes: list[list[list[float]]], brush: float) -> CanvasContent:
    """Drawing of strokes, lists of [x, y] in pixels of the canvas, with a round brush."""
    return content_of_strokes(
        [BrushStroke(np.array(stroke, np.float32), brush) for stroke in strokes]
    )


def content_of_strokes(strokes: Sequence[BrushStroke]) -> CanvasContent:
    """Drawing of strokes, each with its own brush."""
    return CanvasContent({"objects": [to_path(stroke) for stroke in strokes]})


def render(strokes: Sequence[BrushStroke]) -> NDArray[np.uint8]:
    """The canvas with strokes on it, (320, 320, 4) uint8."""
    lines = [stroke.flatten() for stroke in strokes]
    return handwriting.render_strokes(lines, [stroke.brush for stroke in strokes], CANVAS_SIDE)


def content_of_sample(
    image: NDArray[np.float32], drawing: handwriting.Drawing | None = None, label: str = ""
) -> CanvasContent:
    """Drawing of a sample: ``image`` (28, 28, 1) in [0, 1], as strokes where they are known."""
    if drawing is not None:
        scale = CANVAS_SIDE / drawing.size
        strokes = [BrushStroke(stroke * scale, drawing.brush * scale) for stroke in drawing.strokes]
        fabric = {"objects": [to_path(stroke) for stroke in strokes]}
        return CanvasContent(fabric, _encode(handwriting.render(drawing)), label=label)
    pixels = np.kron(np.rint(image[..., 0] * 255).astype(np.uint8), np.ones((10, 10), np.uint8))
    canvas = np.pad(pixels, (CANVAS_SIDE - len(pixels)) // 2)
    rgba = np.full((CANVAS_SIDE, CANVAS_SIDE, 4), 255, np.uint8)
    rgba[..., :3] = canvas[..., np.newaxis]
    return replace(content_of_picture(rgba, image), label=label)


def content_of_picture(
    rgba: NDArray[np.uint8], image: NDArray[np.float32] | None = None
) -> CanvasContent:
    """Drawing of a picture, (320, 320, 4) uint8, light ink on dark; ``image`` as in `Drawing`."""
    png = _encode(rgba)
    return CanvasContent({"objects": [_as_fabric_image(png)]}, png, image)


def _as_fabric_image(png: bytes) -> dict[str, Any]:
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    place = {"left": 0, "top": 0, "originX": "left", "originY": "top"}
    return {"type": "Image", "src": source, "crossOrigin": None, **place}


def _encode(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
