"""The history of a canvas: each stroke can be undone alone, and not everything is taken."""

import base64
import io
import json
import time
from typing import Any

import numpy as np
import pytest
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageFile

from mnist_demo.app.stage.canvas import (
    LONGEST_HISTORY,
    MOST_POINTS,
    MOST_STROKES,
    NO_PICTURE,
    TOO_MUCH,
    Canvas,
    CanvasContent,
    content_of_picture,
    content_of_strokes,
    draw_strokes,
    take_drawing,
)
from mnist_demo.errors import CanvasError
from mnist_demo.handwriting import render_strokes
from mnist_demo.handwriting.canvas_strokes import BrushStroke

BAR = [[60.0, 60.0], [60.0, 200.0]]
LID = [[60.0, 60.0], [200.0, 60.0]]


def ink(drawing: CanvasContent) -> NDArray[np.bool_]:
    return np.asarray(Image.open(io.BytesIO(drawing.png)))[..., 0] > 128


def test_strokes_reported_together_are_undone_one_by_one() -> None:
    canvas, both = Canvas(), draw_strokes([BAR, LID], 20)
    canvas.take(both.fabric, both.png)
    assert np.array_equal(ink(canvas.drawing), ink(both))
    canvas.act("undo")
    assert np.array_equal(ink(canvas.drawing), ink(draw_strokes([BAR], 20)))
    canvas.act("undo")
    assert canvas.drawing.is_blank
    canvas.act("redo")
    canvas.act("redo")
    assert canvas.drawing.png == both.png


def test_what_can_be_done_depends_on_what_was() -> None:
    canvas = Canvas()
    assert canvas.possible == []
    canvas.put(draw_strokes([BAR], 20))
    assert canvas.possible == ["undo", "clear"]
    canvas.act("clear")
    assert canvas.possible == ["undo"]
    canvas.act("undo")
    assert canvas.possible == ["undo", "redo", "clear"]
    assert np.array_equal(ink(canvas.drawing), ink(draw_strokes([BAR], 20)))


def test_the_same_report_counts_once() -> None:
    canvas, one = Canvas(), draw_strokes([BAR], 20)
    canvas.take(one.fabric, one.png)
    canvas.take(one.fabric, one.png)
    canvas.act("undo")
    assert canvas.drawing.is_blank


def test_a_report_that_was_overtaken_is_left() -> None:
    canvas, one, both = Canvas(), draw_strokes([BAR], 20), draw_strokes([BAR, LID], 20)
    canvas.take(both.fabric, both.png)
    canvas.take(one.fabric, one.png)
    assert canvas.drawing.png == both.png
    assert canvas.moment == (0, 2)


def test_a_stroke_is_taken_at_its_moment_alone() -> None:
    canvas, both = Canvas(), draw_strokes([BAR, LID], 20)
    bar, lid = (BrushStroke(np.array(points, np.float32), 20) for points in (BAR, LID))
    assert canvas.draw([0, 0], [bar], draw_strokes([BAR], 20).png)
    assert not canvas.draw([0, 0], [lid], both.png), "it was drawn on a blank canvas"
    assert canvas.draw([0, 1], [lid], both.png)
    assert np.array_equal(ink(canvas.drawing), ink(both))
    assert canvas.drawing.fabric == both.fabric
    canvas.act("undo")
    assert not canvas.draw([0, 2], [lid], both.png), "it was undone meanwhile"
    assert np.array_equal(ink(canvas.drawing), ink(draw_strokes([BAR], 20)))


def test_strokes_that_no_canvas_draws_are_not_taken() -> None:
    canvas, far = Canvas(), BrushStroke(np.array([[0, 1e9]], np.float32), 20)
    with pytest.raises(CanvasError):
        canvas.draw([0, 0], [far], draw_strokes([BAR], 20).png)
    assert canvas.moment == (0, 0)


def test_what_cannot_be_done_changes_nothing() -> None:
    canvas = Canvas()
    for action in ("undo", "redo", "clear"):
        canvas.act(action)
    assert canvas == Canvas()


def test_a_stroke_is_in_memory_once_in_however_many_drawings() -> None:
    canvas = Canvas()
    for count in (1, 2):
        report = json.loads(json.dumps(draw_strokes([BAR, LID][:count], 20).fabric))
        canvas.take(report, draw_strokes([BAR, LID][:count], 20).png)
    one, both = canvas.drawings[1:]
    assert both.fabric["objects"][0] is one.fabric["objects"][0]
    assert both.fabric == draw_strokes([BAR, LID], 20).fabric


def make_strokes(count: int, points: int = 8) -> list[BrushStroke]:
    """Short smooth strokes all over the canvas."""
    rng = np.random.default_rng(1)
    walks = rng.normal(0, 3, (count, points, 2)).cumsum(axis=1)
    walks += rng.uniform(20, 300, (count, 1, 2))
    return [BrushStroke(walk.astype(np.float32), 4, is_smooth=True) for walk in walks]


def test_a_message_with_many_strokes_costs_little_and_each_can_be_undone() -> None:
    drawing = content_of_strokes(make_strokes(400))
    png, canvas = drawing.png, Canvas()
    start_s = time.process_time()
    canvas.take(drawing.fabric, png)
    assert time.process_time() - start_s < 0.1
    assert len(canvas.drawings) == LONGEST_HISTORY
    canvas.act("undo")
    expected = content_of_strokes(make_strokes(400)[:-1])
    np.testing.assert_array_equal(canvas.drawing.rgba, expected.rgba)
    assert not np.array_equal(drawing.rgba, expected.rgba)


def test_strokes_of_many_brushes_are_rendered_as_each_alone() -> None:
    strokes = [BrushStroke(stroke.points, 4 + i) for i, stroke in enumerate(make_strokes(20))]
    alone = [render_strokes([stroke.points], stroke.brush, 320) for stroke in strokes]
    differences = np.abs(content_of_strokes(strokes).rgba - np.max(alone, axis=0).astype(int))
    assert differences.mean() < 0.5
    assert (differences > 0).mean() < 0.01  # where the edges of two strokes meet


@pytest.mark.parametrize(
    ("count", "points"), [(MOST_STROKES + 1, 2), (3, MOST_POINTS)], ids=["strokes", "points"]
)
def test_too_much_is_told_and_the_drawing_before_stays(count: int, points: int) -> None:
    canvas, before = Canvas(), draw_strokes([BAR], 20)
    canvas.take(before.fabric, before.png)
    too_much = content_of_strokes(make_strokes(count, points))
    with pytest.raises(CanvasError, match=TOO_MUCH):
        canvas.take(too_much.fabric, before.png + b" ")
    assert canvas.drawing.png == before.png
    assert len(canvas.drawings) == 2


def encode(size: tuple[int, int], kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        encode((320, 320), "EPS"),
        encode((320, 320), "JPEG"),
        encode((9_000, 9_000)),
        encode((320, 321)),
        encode((320, 320))[:-40],
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 320 320\n",
    ],
    ids=["eps", "jpeg", "large", "other size", "cut off", "postscript"],
)
def test_only_a_png_of_the_canvas_is_taken_and_nothing_else_is_decoded(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[tuple[str | None, tuple[int, int]]] = []
    load = ImageFile.ImageFile.load

    def load_and_tell(image: ImageFile.ImageFile) -> Any:
        decoded.append((image.format, image.size))
        return load(image)

    monkeypatch.setattr(
        ImageFile.ImageFile,
        "load",
        load_and_tell,
    )
    canvas = Canvas()
    with pytest.raises(CanvasError, match=NO_PICTURE):
        canvas.take(draw_strokes([BAR], 20).fabric, content)
    assert canvas.drawing.is_blank
    assert set(decoded) <= {("PNG", (320, 320))}


@pytest.mark.parametrize(
    "path", [[["M"]], [["M", 1]], [["M", 1, 1, 1]], [["M", 1, 1], ["L", 2, 1e30]]]
)
def test_a_stroke_that_cannot_be_drawn_is_not_taken(path: Any) -> None:
    canvas = Canvas()
    fabric = {"objects": [{"path": path, "strokeWidth": 20}]}
    with pytest.raises(CanvasError, match=NO_PICTURE):
        canvas.take(fabric, draw_strokes([BAR], 20).png)
    assert canvas.drawing.is_blank


def test_a_picture_on_the_canvas_is_one_step() -> None:
    canvas, picture = Canvas(), content_of_picture(draw_strokes([BAR], 20).rgba)
    canvas.take(picture.fabric, picture.png)
    assert len(canvas.drawings) == 2


def test_a_report_of_an_earlier_canvas_comes_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """A click may replace a run that has just looked at the report of the canvas before."""
    canvas, stroke, example = Canvas(), draw_strokes([BAR], 20), draw_strokes([LID], 20)

    class State(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            found = super().get(key, default)
            if key == "canvas-0":
                canvas.put(example)  # in the run of the click, meanwhile
            return found

    data = f"data:image/png;base64,{base64.b64encode(stroke.png).decode()}"
    report = {"drawing": {"raw": stroke.fabric, "data": data}}
    monkeypatch.setattr(st, "session_state", State({"canvas": canvas, "canvas-0": report}))
    assert take_drawing() == example
