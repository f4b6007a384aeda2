"""Which numbers can be computed with."""

import pytest

from mnist_demo.finite import is_finite


@pytest.mark.parametrize("value", [0, -1, 10**300, 0.5, -1.7e308])
def test_a_number_of_any_size_that_a_float_has_is_finite(value: float) -> None:
    assert is_finite(value)


@pytest.mark.parametrize(
    "value", [10**400, -(10**400), float("nan"), float("-inf"), True, None, "1", [1]]
)
def test_anything_else_is_not(value: object) -> None:
    assert not is_finite(value)
