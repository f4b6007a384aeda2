"""Numbers as pages write them."""

import math

import pytest

from mnist_demo.app import numbers


@pytest.mark.parametrize(
    ("value", "decimals", "plain", "with_sign"),
    [
        (1.5, 2, "1.50", "+1.50"),
        (-1.5, 2, "−1.50", "−1.50"),
        (0.0, 2, "0.00", "0.00"),
        (-0.004, 2, "0.00", "0.00"),
        (0.004, 2, "0.00", "0.00"),
        (-12.3, 0, "−12", "−12"),
        (-0.4, 0, "0", "0"),
    ],
)
def test_numbers_have_one_minus_and_zero_has_no_sign(
    value: float, decimals: int, plain: str, with_sign: str
) -> None:
    assert numbers.fixed(value, decimals) == plain
    assert numbers.signed(value, decimals) == with_sign


@pytest.mark.parametrize(
    ("value", "plain", "with_sign"),
    [(0.012345, "0.0123", "+0.0123"), (-12.345, "−12.3", "−12.3"), (-0.0, "0", "0")],
)
def test_significant_digits(value: float, plain: str, with_sign: str) -> None:
    assert numbers.significant(value) == plain
    assert numbers.signed_significant(value) == with_sign


def test_fractions_are_percent_and_their_differences_points() -> None:
    assert numbers.percent(0.99412, 2) == "99.41%"
    assert numbers.percent(1) == "100.0%"
    assert numbers.percent(math.nan) == "–"
    assert numbers.points(-0.8499) == "−84.99 points"
    assert numbers.points(0.0012) == "+0.12 points"
    assert numbers.points(-0.000001) == "0.00 points"
