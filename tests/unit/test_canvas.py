"""The history of a canvas: each stroke can be undone alone."""

import io

import numpy as np
from PIL import Image

from mnist_demo.pages.canvas import Canvas, draw_strokes

BAR = [[60.0, 60.0], [60.0, 200.0]]
LID = [[60.0, 60.0], [200.0, 60.0]]


def ink(drawing):
    return np.asarray(Image.open(io.BytesIO(drawing.png)))[..., 0] > 128


def test_strokes_reported_together_are_undone_one_by_one():
    canvas, both = Canvas(), draw_strokes([BAR, LID], 20)
    canvas.take(both.fabric, both.png)
    assert np.array_equal(ink(canvas.drawing), ink(both))
    canvas.move(-1)
    assert np.array_equal(ink(canvas.drawing), ink(draw_strokes([BAR], 20)))
    canvas.move(-1)
    assert canvas.drawing.is_blank
    canvas.move(1)
    canvas.move(1)
    assert canvas.drawing == both


def test_the_same_report_counts_once():
    canvas, one = Canvas(), draw_strokes([BAR], 20)
    canvas.take(one.fabric, one.png)
    canvas.take(one.fabric, one.png)
    canvas.move(-1)
    assert canvas.drawing.is_blank
