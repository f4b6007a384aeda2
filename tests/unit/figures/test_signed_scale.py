"""The diverging scale and the outline: where numbers stand, and which edges are drawn."""

import io
import re

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.figures.outline import trace_outline
from mnist_demo.figures.pixels import draw_signed
from mnist_demo.figures.signed_scale import SignedScale


def colours(png: bytes) -> NDArray[np.int64]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_zero_is_white_and_the_ends_differ_in_hue() -> None:
    scale = SignedScale(2.0)
    below, zero, above = colours(scale.draw(np.array([[-2.0, 0, 2]], np.float32)))[0]
    assert zero.min() > 240
    assert below[0] > below[2] + 60  # orange
    assert above[2] > above[0] + 20  # violet


def test_a_scale_is_shared() -> None:
    scale = SignedScale.over([np.array([[1.0]], np.float32), np.array([[-4.0]], np.float32)])
    assert scale.reach == 4
    faint, strong = (colours(scale.draw(np.array([[value]], np.float32))) for value in (1, 4))
    assert faint.sum() > strong.sum() + 100
    assert SignedScale.over([]).reach == 0
    assert colours(SignedScale(0.0).draw(np.zeros((1, 1), np.float32))).min() > 240


def test_numbers_stand_where_their_colours_are() -> None:
    scale = SignedScale(8.0)
    assert scale.ticks == ((0, -8), (0.25, -2), (0.5, 0), (0.75, 2), (1, 8))
    png = scale.draw(np.array([[value for _, value in scale.ticks]], np.float32))
    expected = draw_signed(np.array([[2 * place - 1 for place, _ in scale.ticks]], np.float32), 1.0)
    np.testing.assert_array_equal(colours(png), colours(expected))


def test_an_outline_runs_between_ink_and_background() -> None:
    image = np.zeros((28, 28, 1), np.float32)
    image[0:2, 5:7] = 1  # two by two pixels at the upper edge
    path = trace_outline(image)
    across = set(re.findall(r"M(\d+) (\d+)h1", path))
    down = set(re.findall(r"M(\d+) (\d+)v1", path))
    assert across == {("5", "0"), ("6", "0"), ("5", "2"), ("6", "2")}
    assert down == {("5", "0"), ("5", "1"), ("7", "0"), ("7", "1")}
    assert trace_outline(np.zeros((28, 28, 1), np.float32)) == ""
