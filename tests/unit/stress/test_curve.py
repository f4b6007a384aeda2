"""Probabilities along an adjustment, and where they flip the answer."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.handwriting import make_variant, render
from mnist_demo.image.adjustments import ADJUSTMENTS
from mnist_demo.image.normalization import from_canvas
from mnist_demo.reading.reader import Reader, load_reader
from mnist_demo.stress.curve import trace_curve


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader("keras-cnn", "plain")


@pytest.fixture(scope="module")
def image() -> NDArray[np.float32]:
    return from_canvas(render(make_variant("7-plain", seed=2)))


def test_a_curve_flips_where_its_answers_do(reader: Reader, image: NDArray[np.float32]) -> None:
    for adjustment in ADJUSTMENTS.values():
        curve = trace_curve(reader, image, adjustment)
        assert curve.probabilities.shape == (len(curve.amounts), 10)
        assert (np.diff(curve.amounts) > 0).all()
        assert curve.given == reader.read(image).digit
        for flip, edge in zip(curve.flips, (adjustment.low, adjustment.high), strict=True):
            is_side = (
                curve.amounts <= adjustment.neutral
                if edge == adjustment.low
                else curve.amounts >= adjustment.neutral
            )
            changed = (curve.probabilities.argmax(axis=1) != curve.given) & is_side
            assert (flip is not None) == changed.any()
            if flip is not None:
                tiny = (edge - adjustment.neutral) / 500
                assert reader.read(adjustment.apply(image, flip.amount)).digit == flip.answer
                assert flip.answer != curve.given
                assert reader.read(adjustment.apply(image, flip.amount - tiny)).digit == curve.given


def make_classifier(find_logit: Callable[..., Any]) -> Any:
    """Always answers 4, with the logit that ``find_logit`` gives, and rejects below 0."""

    def classify(images: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits = np.full((len(images), 10), -100, np.float32)
        logits[:, 4] = [find_logit(image) for image in images]
        return logits, np.eye(10, dtype=np.float32)[np.full(len(images), 4)]

    return SimpleNamespace(classify=classify, rejection_threshold=0.0)


def test_a_curve_flips_where_the_drawing_is_rejected() -> None:
    square = np.zeros((28, 28, 1), np.float32)
    square[10:18, 10:18] = 1

    def left_edge(image: NDArray[np.float32]) -> float:
        return 13 - float(np.flatnonzero(image.max(axis=(0, 2)) > 0.5)[0])

    curve = trace_curve(make_classifier(left_edge), square, ADJUSTMENTS["right"])
    below, above = curve.flips
    assert curve.given == 4
    assert below is None
    assert above is not None
    assert above.answer is None
    assert above.amount == pytest.approx(3.5, abs=0.01)


def test_what_is_rejected_as_it_is_has_no_answer_until_it_gets_one() -> None:
    square = np.zeros((28, 28, 1), np.float32)
    square[10:18, 10:18] = 1
    curve = trace_curve(
        make_classifier(lambda image: image.sum() - 100), square, ADJUSTMENTS["scale"]
    )
    below, above = curve.flips
    assert curve.given is None
    assert below is None
    assert above is not None
    assert above.answer == 4
    assert above.amount == pytest.approx(1.25, abs=0.05)
