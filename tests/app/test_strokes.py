"""Strokes that come without a run of the script: what is taken, and what is answered."""

import json
import time
from collections.abc import MutableMapping
from typing import Any

import anyio.to_thread
import numpy as np
import pytest
from starlette.requests import Request
from starlette.responses import Response

from mnist_demo.app.runtime.held import find_held
from mnist_demo.app.runtime.streamlit_internals import get_visitor
from mnist_demo.app.stage import strokes
from mnist_demo.app.stage.canvas import Canvas, CanvasContent, draw_strokes
from mnist_demo.image.normalization import from_canvas
from mnist_demo.reading.reader import Reader
from tests.app.conftest import Visitor
from tests.app.served import unpack
from tests.asynchronous import run

VISITOR = "test session id"  # as AppTest has it
SEVEN = [[[90.0, 80.0], [220.0, 80.0], [150.0, 250.0]]]
BAR = [[[110.0, 165.0], [210.0, 165.0]]]


def write(moment: list[int], points: list[Any], drawing: CanvasContent) -> bytes:
    """What a browser sends."""
    told = {"moment": moment, "strokes": [{"points": one, "brush": 20} for one in points]}
    return json.dumps(told).encode() + b"\n" + drawing.png


def post(body: bytes, visitor: str = VISITOR) -> Response:
    """The answer to what a browser posts, in two pieces."""
    half = len(body) // 2
    parts = [body[:half], body[half:]]

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    scope = {"type": "http", "method": "POST", "headers": [], "path_params": {"visitor": visitor}}
    answer: Response = run(strokes.ROUTE.endpoint(Request(scope, receive)))
    return answer


def test_a_stroke_is_answered_with_what_tensorflow_makes_of_the_drawing(
    visitor: Visitor, reader: Reader
) -> None:
    drawing = draw_strokes(SEVEN, 20)
    visitor.draw(drawing.rgba)
    visitor.press("Clear")
    response = post(write([2, 0], SEVEN, drawing))
    assert response.headers["Cache-Control"] == "private, no-store"
    header, arrays = unpack(response.body)
    expected = reader.read(from_canvas(drawing.rgba))
    assert list(arrays)[1:] == list(expected.activations)
    for name, values in expected.activations.items():
        np.testing.assert_allclose(arrays[name], values, atol=1e-6)
    told = header["told"]
    assert told["moment"] == [2, 1]
    assert told["possible"] == ["undo", "clear"]
    np.testing.assert_allclose(told["reading"]["probabilities"], expected.probabilities, atol=1e-6)
    visitor.look()  # the script finds the same on the stage
    assert {name: visitor.told[name] for name in told} == json.loads(json.dumps(told))


def test_strokes_are_taken_one_after_the_other_and_undone_alone(visitor: Visitor) -> None:
    visitor.draw(draw_strokes(BAR, 20).rgba)
    visitor.press("Clear")
    both = draw_strokes([*SEVEN, *BAR], 20)
    assert post(write([2, 0], SEVEN, draw_strokes(SEVEN, 20))).status_code == 200
    assert post(write([2, 0], BAR, both)).status_code == 204, "that moment has passed"
    assert post(write([2, 1], BAR, both)).status_code == 200
    visitor.press("Undo")
    assert visitor.told["moment"] == [3, 1]


def test_the_first_stroke_takes_the_example_away(visitor: Visitor) -> None:
    visitor.page.session_state["canvas"] = canvas = Canvas()
    visitor.look()
    assert canvas.shows_example
    drawing = draw_strokes(SEVEN, 20)
    header, _ = unpack(post(write([0, 0], SEVEN, drawing)).body)
    assert header["told"]["moment"] == [0, 1]
    assert header["told"]["parameters"]["drawing"], "an example has no address"
    assert canvas.drawing.png == drawing.png
    visitor.press("Undo")
    assert visitor.told["isBlank"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no strokes",
        b"[" * 100_000,
        b'{"moment": [0, 0]}\n',
        b'{"moment": [0, 0], "strokes": [{"points": "none", "brush": 20}]}\n',
        b'{"moment": [0, 0], "strokes": [{"points": [[1, 2], [3]], "brush": 20}]}\n',
        b'{"moment": [0, 0], "strokes": [{"points": [[1, 2]], "brush": "wide"}]}\n',
        b'{"moment": [0, 0], "strokes": [{"points": [], "brush": 20}]}\n',
        b'{"moment": [0, 0], "strokes": [{"points": [[1, 2]], "brush": 20, "ink": 1}]}\n',
        b'{"moment": [0, 0], "strokes": 7}\n',
    ],
)
def test_what_is_no_stroke_is_refused(visitor: Visitor, body: bytes) -> None:
    visitor.look()
    assert post(body).status_code == 400


@pytest.mark.parametrize(
    "told",
    [
        {"moment": [1, 1], "strokes": [{"points": [[0, 1e9]], "brush": 20}]},
        {"moment": [1, 1], "strokes": [{"points": [[1, 2]], "brush": -1}]},
        {"moment": "now", "strokes": [{"points": [[1, 2]], "brush": 20}]},
    ],
)
def test_what_no_brush_draws_is_left_to_a_run(visitor: Visitor, told: dict[str, Any]) -> None:
    visitor.draw(draw_strokes(SEVEN, 20).rgba)
    body = json.dumps(told).encode() + b"\n" + draw_strokes(BAR, 20).png
    assert post(body).status_code == 204


def test_more_than_a_megabyte_is_refused(visitor: Visitor) -> None:
    visitor.look()
    assert post(bytes(strokes.LARGEST_BYTES + 2)).status_code == 413


def test_nobody_else_is_answered(visitor: Visitor) -> None:
    visitor.draw(draw_strokes(SEVEN, 20).rgba)
    drawing = draw_strokes(BAR, 20)
    assert post(write([1, 1], BAR, drawing), "somebody else").status_code == 204
    held = find_held(VISITOR)
    assert held is not None
    held.answer = None
    assert post(write([1, 1], BAR, drawing)).status_code == 204


def test_a_stroke_leaves_the_thread_to_nobody(visitor: Visitor) -> None:
    """What answers in the visitor's name is somebody else's in the next moment."""
    visitor.draw(draw_strokes(SEVEN, 20).rgba)
    held = find_held(VISITOR)
    assert held is not None
    answer = held.answer
    assert answer is not None
    drawing = strokes.read_strokes(write([1, 1], BAR, draw_strokes(BAR, 20)))

    async def answer_and_look() -> object:
        await anyio.to_thread.run_sync(answer, drawing, time.perf_counter())
        return await anyio.to_thread.run_sync(get_visitor)

    assert run(answer_and_look()) == ""
