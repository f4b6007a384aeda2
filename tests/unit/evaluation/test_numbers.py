"""Numbers are put together as they say, and counted as they are read."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.evaluation.numbers import KINDS, Numbers, compose_number, measure_numbers
from mnist_demo.handwriting import make_digits, render
from mnist_demo.image.normalization import find_ink
from mnist_demo.image.segments import find_pieces
from mnist_demo.progress import ignore_count

DIGITS = make_digits(40, 9)
ONE_STROKE = [digit for digit in DIGITS if len(digit.strokes) == 1]


def classify_nothing(images: NDArray[np.float32]) -> Any:
    """A network that takes everything for a 7, surely."""
    logits = np.tile(20 * np.eye(10, dtype=np.float32)[7], (len(images), 1))
    return logits, logits


def count_runs(rgba: NDArray[np.uint8]) -> int:
    """Runs of columns with ink."""
    is_inked = (find_ink(rgba) > 0.25).any(axis=0).astype(int)
    return int((np.diff(is_inked, prepend=0) == 1).sum())


def test_a_number_fits_its_canvas_and_comes_from_a_seed() -> None:
    for is_touching in (False, True):
        one, same = (
            render(compose_number(DIGITS[:3], np.random.default_rng(1), is_touching))
            for _ in range(2)
        )
        assert one.shape == (320, 320, 4)
        assert np.array_equal(one, same)
        assert not np.concatenate([one[[0, -1], :, 0].ravel(), one[:, [0, -1], 0].ravel()]).any()


@pytest.mark.parametrize("is_touching", [False, True])
def test_digits_of_one_stroke_hang_together_where_they_touch(is_touching: bool) -> None:
    pairs = zip(ONE_STROKE[::2], ONE_STROKE[1::2], strict=False)
    for seed, pair in enumerate(pairs):
        number = compose_number(pair, np.random.default_rng(seed), is_touching)
        assert number.variant == f"{pair[0].label}{pair[1].label}"
        rgba = render(number)
        if is_touching:
            assert count_runs(rgba) == 1
        else:
            assert 0 in find_pieces(find_ink(rgba)).bridges


def test_what_is_read_whole_is_counted() -> None:
    sevens = [digit for digit in make_digits(200, 3) if digit.label == 7][:5]
    outcome = measure_numbers(sevens, classify_nothing, KINDS["one_digit"], 6, ignore_count)
    assert outcome.is_whole.all()
    others = [digit for digit in DIGITS if digit.label != 7]
    outcome = measure_numbers(others, classify_nothing, Numbers(2, False), 6, ignore_count)
    assert not outcome.is_whole.any()
    assert outcome.is_sure.shape == (6,)
