"""Numbers put together from drawn digits are read digit by digit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.errors import BlankDrawingError
from mnist_demo.handwriting import find_strokes, make_variant, render, render_strokes
from mnist_demo.reading.number import read_number
from mnist_demo.reading.reader import load_version
from mnist_demo.versions.store import open_store

PLAIN = ["0-plain", "1-upstroke", "2-plain", "3-round", "4-closed", "5-one-stroke", "6-curved"]
PLAIN += ["7-plain", "8-one-stroke", "9-straight"]
HEIGHT, WIDTH, TOP = 120, 640, 80


@pytest.fixture(scope="module")
def classify() -> Callable[..., Any]:
    store = open_store()
    return load_version(store.shipped("keras-cnn", "robust"), store).classify


def compose(text: str, seed: int = 1, gap: float = 24.0) -> list[NDArray[np.float32]]:
    """Strokes of digits side by side, the gap in pixels between their middle lines."""
    strokes, edge = [], 20.0
    for place, digit in enumerate(text):
        drawing = make_variant(PLAIN[int(digit)], seed + place)
        points = np.concatenate(drawing.strokes)
        scale = HEIGHT / float(np.ptp(points[:, 1]))
        shift = np.array([edge, TOP]) - points.min(axis=0) * scale
        strokes += [stroke * scale + shift for stroke in drawing.strokes]
        edge += float(np.ptp(points[:, 0])) * scale + gap
    return [stroke.astype(np.float32) for stroke in strokes]


def write(text: str, seed: int = 1, gap: float = 24.0) -> NDArray[np.uint8]:
    """Canvas (280, 640, 4) with them."""
    return render_strokes(compose(text, seed, gap), 12.0, WIDTH)[:280]


def find(text: str, seed: int = 1, gap: float = 24.0) -> NDArray[np.bool_]:
    """Where each of their strokes is."""
    return find_strokes(compose(text, seed, gap), 12.0, WIDTH)[:, :280]


def test_numbers_of_two_and_three_digits_are_read_whole(classify: Callable[..., Any]) -> None:
    rng = np.random.default_rng(3)
    texts = ["".join(map(str, rng.integers(0, 10, 2 + i % 2))) for i in range(40)]
    read = [read_number(write(text, 10 * i), classify).text for i, text in enumerate(texts)]
    assert np.mean([one == other for one, other in zip(read, texts, strict=True)]) > 0.9


def test_a_digit_alone_stays_one(classify: Callable[..., Any]) -> None:
    read = [read_number(write(str(digit)), classify).text for digit in range(10)]
    assert sum(text == str(digit) for digit, text in enumerate(read)) >= 9


def test_digits_that_touch_are_parted(classify: Callable[..., Any]) -> None:
    rng = np.random.default_rng(4)
    texts = ["".join(map(str, rng.integers(0, 10, 2))) for _ in range(20)]
    read = [read_number(write(text, 10 * i, 8), classify).text for i, text in enumerate(texts)]
    assert np.mean([one == other for one, other in zip(read, texts, strict=True)]) > 0.6


@pytest.mark.parametrize("gap", [24, 8, -8])
def test_where_strokes_are_known_digits_that_touch_are_as_good_as_others(
    classify: Callable[..., Any], gap: float
) -> None:
    rng = np.random.default_rng(4)
    texts = ["".join(map(str, rng.integers(0, 10, 2 + i % 2))) for i in range(30)]
    read = [
        read_number(write(text, 10 * i, gap), classify, find(text, 10 * i, gap)).text
        for i, text in enumerate(texts)
    ]
    assert np.mean([one == other for one, other in zip(read, texts, strict=True)]) >= 0.9


def test_a_digit_of_several_strokes_stays_one(classify: Callable[..., Any]) -> None:
    for variant in ("4-open", "5-two-strokes", "7-crossed"):
        for seed in range(5):
            drawing = make_variant(variant, seed)
            assert len(drawing.strokes) > 1
            strokes = find_strokes(drawing.strokes, drawing.brush, drawing.size)
            number = read_number(render(drawing), classify, strokes)
            assert number.text == variant[0], (variant, seed)


def test_who_draws_over_a_digit_does_not_write_another(classify: Callable[..., Any]) -> None:
    """What stands above or below is not beside."""
    (stroke,) = make_variant("0-plain", 1).strokes
    both = [stroke, stroke + np.float32(3)]
    number = read_number(render_strokes(both, 12.0), classify, find_strokes(both, 12.0))
    assert number.text == "0"


def test_strokes_beside_the_canvas_are_left_out(classify: Callable[..., Any]) -> None:
    strokes = np.concatenate([find("38"), np.zeros((1, 280, WIDTH), bool)])
    assert read_number(write("38"), classify, strokes).text == "38"
    assert read_number(write("38"), classify, strokes[-1:]).text == "38"


def test_each_digit_knows_its_place_and_its_confidence(classify: Callable[..., Any]) -> None:
    number = read_number(write("38"), classify)
    three, eight = number.digits
    assert number.text == "38"
    assert number.is_sure
    assert three.box.right <= eight.box.left
    assert 0.5 < min(three.confidence, eight.confidence) <= 1
    assert three.image.shape == (28, 28, 1)


def test_a_scribble_is_not_sure_to_be_a_number(classify: Callable[..., Any]) -> None:
    zigzag = np.array([[20 + 10 * i, 90 + 90 * (i % 2)] for i in range(24)], float)
    assert not read_number(render_strokes([zigzag], 10.0, 300)[:280], classify).is_sure


def test_nothing_is_no_number(classify: Callable[..., Any]) -> None:
    with pytest.raises(BlankDrawingError):
        read_number(render_strokes([], 10.0), classify)
