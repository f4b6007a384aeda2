"""A line of the grammar stands for the shapes that it says."""

from typing import Any

import numpy as np
import pytest

from mnist_demo.handwriting.grammar import choose, parse, sketch


def draw(text: str, hands: int = 200) -> tuple[Any, ...]:
    return sketch(text, hands, np.random.default_rng(1))


def test_points_lie_in_their_ranges_and_every_hand_has_its_own() -> None:
    (stroke,) = draw("10,20 30..50,-8..4")
    np.testing.assert_array_equal(stroke.points[:, 0], np.tile([10, 20], (200, 1)))
    x, y = stroke.points[:, 1].T
    assert 30 <= x.min() < 33
    assert 47 < x.max() <= 50
    assert -8 <= y.min() < -6
    assert 2 < y.max() <= 4


def test_a_point_may_be_told_from_the_one_before_it_even_across_strokes() -> None:
    first, second = draw("10..90,20 @5,-10 | @-5,10 @1,1")
    np.testing.assert_allclose(first.points[:, 1] - first.points[:, 0], [[5, -10]] * 200)
    np.testing.assert_allclose(second.points[:, 0], first.points[:, 0])
    np.testing.assert_allclose(second.points[:, 1] - first.points[:, 0], [[1, 1]] * 200)


def test_corners_and_spreads_are_those_of_their_words() -> None:
    (stroke,) = draw("10,10 20,20~9! ring(50,50,20,20,0,6)!", 1)
    assert np.flatnonzero(stroke.is_corner).tolist() == [1, stroke.points.shape[1] - 1]
    assert stroke.spread[:2].tolist() == [3, 9]
    assert set(stroke.spread[2:]) == {20 * 0.09}


def test_a_ring_starts_at_its_hour_and_sweeps_as_far_as_it_says() -> None:
    (stroke,) = draw("ring(50,40,20,30,3,-6)", 1)
    points = stroke.points[0]
    np.testing.assert_allclose(points[[0, -1]], [[70, 40], [30, 40]], atol=1e-9)
    assert points[:, 1].min() == pytest.approx(10)  # anticlockwise from the right: over the top
    radii = np.linalg.norm((points - [50, 40]) / [20, 30], axis=1)
    np.testing.assert_allclose(radii, 1)


@pytest.mark.parametrize(("sweep", "end"), [("6", (40, 50)), ("-6", (60, 50))])
def test_a_curl_goes_on_in_the_direction_of_the_pen(sweep: str, end: tuple[int, int]) -> None:
    (stroke,) = draw(f"50,10 50,50 curl(5,{sweep})", 1)
    points = stroke.points[0]
    np.testing.assert_allclose(points[-1], end, atol=1e-9)
    assert points[2:-1, 1].min() > 50  # it went down, and went on doing so


def test_choices_are_made_as_often_as_each_other_and_parts_are_put_in() -> None:
    rng = np.random.default_rng(1)
    parts = {"flag": "1,1 {2,2 / 3,3{!/}}"}
    texts = [" ".join(choose("<flag> {4,4 /}", parts, rng).split()) for _ in range(2000)]
    found = {text: texts.count(text) / 2000 for text in texts}
    assert set(found) == {
        f"1,1 {end}{foot}" for end in ("2,2", "3,3", "3,3!") for foot in ("", " 4,4")
    }
    assert found["1,1 2,2"] == pytest.approx(1 / 4, abs=0.05)
    assert found["1,1 3,3! 4,4"] == pytest.approx(1 / 8, abs=0.05)


def test_what_is_no_word_is_told() -> None:
    with pytest.raises(ValueError, match="7;3"):
        parse("1,2 7;3")
