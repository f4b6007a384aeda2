"""Strokes as the canvas writes them down, and the lines that follow them."""

import numpy as np

from mnist_demo.handwriting.canvas_strokes import BrushStroke, from_path, to_path

POINTS = np.array([[10, 10], [20, 14], [22, 30], [40, 31]], np.float32)


def test_a_stroke_comes_back_from_its_path() -> None:
    for is_smooth in (True, False):
        stroke = from_path(to_path(BrushStroke(POINTS, 12, is_smooth)))
        np.testing.assert_array_equal(stroke.points, POINTS)
        assert (stroke.brush, stroke.is_smooth) == (12, is_smooth)


def test_a_dot_comes_back_as_a_dot() -> None:
    stroke = from_path(to_path(BrushStroke(POINTS[:1], 12)))
    np.testing.assert_allclose(stroke.points, POINTS[[0, 0]], atol=0.02)


def test_what_the_canvas_has_drawn_is_understood() -> None:
    path = [
        ["M", 9.98, 10.0],
        ["Q", 10, 10, 15, 12],
        ["Q", 20, 14, 21, 22],
        ["Q", 22, 30, 31, 30.5],
        ["L", 40.02, 31],
    ]
    stroke = from_path({"path": path, "strokeWidth": 20})
    assert stroke.is_smooth
    np.testing.assert_allclose(stroke.points, POINTS, atol=0.03)


def test_a_smooth_stroke_is_followed_along_its_parabolas() -> None:
    lines = BrushStroke(POINTS, 12, is_smooth=True).flatten()
    np.testing.assert_array_equal(lines[[0, -1]], POINTS[[0, -1]])
    for start, bend, end in ((POINTS[0], POINTS[1], POINTS[2]), (POINTS[1], POINTS[2], POINTS[3])):
        first, last = (start + bend) / 2, (bend + end) / 2
        halfway = first / 4 + bend / 2 + last / 4  # Bézier at one half
        for place in (first, halfway, last):
            assert np.abs(lines - place).sum(axis=1).min() < 1e-5


def test_a_straight_stroke_is_its_points() -> None:
    np.testing.assert_array_equal(BrushStroke(POINTS, 12).flatten(), POINTS)
