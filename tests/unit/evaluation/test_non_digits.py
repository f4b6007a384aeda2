"""Non-digits are what their names say."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.evaluation.non_digits import NON_DIGITS, make_non_digits
from mnist_demo.handwriting import NOT_A_DIGIT, make_digits, render
from mnist_demo.image.normalization import find_ink

DIGITS = make_digits(40, 9)


def slope_degrees(stroke: NDArray[np.float32]) -> float:
    """How much a stroke rises to the right from its first point to its last, y pointing down."""
    across, down = (stroke[-1] - stroke[0]).tolist()
    return float(np.degrees(np.arctan2(-down, across)))


@pytest.mark.parametrize("kind", NON_DIGITS)
def test_all_fit_their_canvas_and_are_the_same_again(kind: str) -> None:
    drawings = make_non_digits(DIGITS, kind, 5).drawings
    again = make_non_digits(DIGITS, kind, 5).drawings
    for drawing, same in zip(drawings, again, strict=True):
        rgba = render(drawing)
        assert drawing.label == NOT_A_DIGIT
        assert np.array_equal(rgba, render(same))
        assert find_ink(rgba).any()
        assert not np.concatenate([rgba[[0, -1], :, 0].ravel(), rgba[:, [0, -1], 0].ravel()]).any()


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [("level_lines", -20, 20), ("rising_lines", 20, 45), ("falling_lines", -45, -20)],
)
def test_lines_have_the_slope_of_their_kind(kind: str, low: float, high: float) -> None:
    slopes = [slope_degrees(d.strokes[0]) for d in make_non_digits(DIGITS, kind, 60).drawings]
    assert low - 0.1 <= min(slopes) < low + 5
    assert high - 5 < max(slopes) <= high + 0.1


def test_the_arms_of_a_cross_cross_each_other() -> None:
    for drawing in make_non_digits(DIGITS, "crosses", 30).drawings:
        one, other = drawing.strokes
        first, second = slope_degrees(one), slope_degrees(other)
        turn = abs(first - second) % 180
        assert 49 < min(turn, 180 - turn) <= 90.1
        assert (
            np.linalg.norm(one.mean(axis=0) - other.mean(axis=0)) < 0.5 * np.ptp(one, axis=0).max()
        )


def test_two_digits_do_not_overlap_and_dots_are_few() -> None:
    for drawing in make_non_digits(DIGITS, "two_digits", 20).drawings:
        columns = np.sort(np.concatenate([stroke[:, 0] for stroke in drawing.strokes]))
        assert np.diff(columns).max() > 0  # a gap in which no point lies
    counts = {len(drawing.strokes) for drawing in make_non_digits(DIGITS, "dots", 60).drawings}
    assert counts == {1, 2, 3, 4, 5}


def test_a_walk_turns_sharply_or_not_at_all() -> None:
    def sharpest(kind: str) -> float:
        turns = []
        for drawing in make_non_digits(DIGITS, kind, 20).drawings:
            steps = np.diff(drawing.strokes[0].astype(np.float64), axis=0)
            angles = np.arctan2(steps[:, 1], steps[:, 0])
            turns.append(np.median(np.abs((np.diff(angles) + np.pi) % (2 * np.pi) - np.pi)))
        return float(np.mean(turns))

    assert sharpest("smooth_walks") < 0.3 < 1 < sharpest("jagged_walks")


def test_what_strikes_a_digit_out_goes_through_its_middle() -> None:
    for drawing in make_non_digits(DIGITS, "struck_out_digits", 20).drawings:
        points = np.concatenate(drawing.strokes)
        over = drawing.strokes[-1]
        assert np.ptp(over[:, 0]) > 0.25 * np.ptp(points[:, 0])
        assert len(drawing.strokes) >= 2
