"""Links, files of pen strokes, reports of the canvas and lessons: sound drawings, or a sentence."""

import base64
import io
import json
import zlib
from contextlib import suppress
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mnist_demo.app.stage import canvas as canvases
from mnist_demo.app.stage.canvas import BLANK, Canvas, content_of_strokes, load_examples, render
from mnist_demo.app.stage.strokes import read_strokes
from mnist_demo.data.pen_file import format_pen_file, parse_pen_file
from mnist_demo.errors import CanvasError, DatasetError, LessonError, LinkError
from mnist_demo.handwriting.canvas_strokes import CANVAS_SIDE, BrushStroke
from mnist_demo.image.normalization import check_images
from mnist_demo.share.link import Link, decode_link, encode_link
from mnist_demo.teaching.lesson import Lesson
from tests.fuzz.crafted import altered, damaged, values

STROKE = BrushStroke(np.array([[100, 80], [140, 200.5], [90, 240]], np.float32), 20.0, True)
LINK = encode_link(Link("keras-cnn", "plain", "0123", ("conv_1",), (STROKE,), label="7"))
IMAGE_LINK = encode_link(Link("fashion", "plain", "01", image=np.ones((28, 28, 1), np.float32)))
CONTENTS = [
    json.loads(zlib.decompress(base64.urlsafe_b64decode(text + "===")))
    for text in (LINK, IMAGE_LINK)
]
PEN_SAMPLE = {"label": 7, "strokes": [[[1, 2], [3, 4.5]], [[5, 6]]]}
EXAMPLE = load_examples()["7"]
REPORT = {
    "raw": {"version": "5", "objects": content_of_strokes([STROKE, STROKE]).fabric["objects"]},
    "data": f"data:image/png;base64,{base64.b64encode(EXAMPLE.png).decode()}",
}
SENT = {"moment": [0, 0], "strokes": [{"points": [[100, 80], [140, 200.5]], "brush": 20}]}
LESSON = Lesson(np.full((1, 28, 28, 1), 0.5, np.float32), np.array([3]))


def open_link(text: str) -> None:
    with suppress(LinkError):
        link = decode_link(text)
        assert encode_link(decode_link(encode_link(link))) == encode_link(link)


@given(st.text() | st.sampled_from([LINK, IMAGE_LINK]).flatmap(lambda text: damaged(text.encode())))
def test_a_link(text: str | bytes) -> None:
    open_link(text if isinstance(text, str) else text.decode("latin-1"))


@given(values() | st.sampled_from(CONTENTS).flatmap(altered))
def test_the_content_of_a_link(content: Any) -> None:
    packed = zlib.compress(json.dumps(content).encode())
    open_link(base64.urlsafe_b64encode(packed).decode().rstrip("="))


def write_sent(told: Any) -> bytes:
    return json.dumps(told).encode() + b"\n" + EXAMPLE.png


@given(
    values().map(write_sent)
    | st.just(SENT).flatmap(altered).map(write_sent)
    | damaged(write_sent(SENT))
)
def test_strokes_that_a_browser_sends(body: bytes) -> None:
    try:
        sent = read_strokes(body)
    except ValueError:
        return
    canvas = Canvas()
    with suppress(CanvasError):
        canvas.draw(sent.moment, sent.strokes, sent.png)
    for stroke in canvas.drawing.strokes:
        assert np.isfinite(stroke.points).all()


def read_pen_file(content: bytes) -> None:
    with suppress(DatasetError):
        samples = parse_pen_file(content, "mine")
        images = samples.images(np.arange(min(len(samples), 3)))
        check_images(images)
        drawings = [(drawing.label, drawing.strokes) for drawing in samples.drawings]
        again = parse_pen_file(format_pen_file(drawings), "mine")
        np.testing.assert_array_equal(again.labels, samples.labels)


@given(damaged(json.dumps(PEN_SAMPLE).encode()) | st.binary())
def test_a_pen_file(content: bytes) -> None:
    read_pen_file(content)


@given(values() | altered(PEN_SAMPLE))
def test_a_sample_of_a_pen_file(sample: Any) -> None:
    read_pen_file(json.dumps(sample).encode())


@given(values() | altered(REPORT))
def test_a_report_of_the_canvas(report: Any) -> None:
    canvas = Canvas()
    if not canvases._is_empty(report):
        canvases._take(canvas, report)
    if canvas.drawing is BLANK:
        return
    assert canvas.drawing.rgba.shape == (CANVAS_SIDE, CANVAS_SIDE, 4)
    strokes = canvas.drawing.strokes
    for drawing in canvas.drawings:
        render(drawing.strokes)
    with suppress(LinkError):
        open_link(encode_link(Link("keras-cnn", "plain", "0", strokes=strokes)))


def pack(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


@given(
    damaged(pack(**vars(LESSON)))
    | st.builds(
        pack,
        images=st.sampled_from([LESSON.images, LESSON.images[:0], LESSON.images * 2, np.ones(3)]),
        labels=st.sampled_from(
            [
                *(kind(LESSON.labels) for kind in (np.float32, np.uint8, np.str_)),
                LESSON.labels[:0],
                LESSON.labels,
            ]
        ),
    )
)
def test_a_lesson(content: bytes) -> None:
    with suppress(LessonError):
        lesson = Lesson.from_bytes(content)
        check_images(lesson.images)
        assert len(lesson) > 0
        assert lesson.labels.dtype == np.int64
        assert lesson.labels.shape == lesson.images.shape[:1]
        assert Lesson.from_bytes(lesson.to_bytes()).to_bytes() == lesson.to_bytes()
