"""Which values of a step are curves, and which are points."""

import numpy as np
import pytest

from mnist_demo.app.places.learn.plot import sort_values


@pytest.mark.parametrize("length", [2, 5])
def test_a_curve_of_two_numbers_is_no_point(length: int) -> None:
    result = {"x": np.arange(length), "loss": np.ones(length), "last": np.array(1.0), "word": "a"}
    curves, points, rest = sort_values(result)
    assert (list(curves), list(points), list(rest)) == (["loss"], [], ["last", "word"])


def test_a_point_has_two_numbers() -> None:
    curves, points, _ = sort_values({"x": np.arange(5), "y": np.ones(5), "unit": np.ones(2)})
    assert (list(curves), list(points)) == (["y"], ["unit"])
