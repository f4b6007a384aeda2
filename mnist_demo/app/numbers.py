"""Numbers as pages write them: one minus sign, no negative zero, no space before a percent sign."""

import math

from mnist_demo.language import _

MINUS = "−"
NOTHING = "–"  # in the place of a number that there is not


def fixed(value: float, decimals: int) -> str:
    """With so many decimals: "1.50", "−1.50", "0.00"."""
    return _with_minus(f"{value:z.{decimals}f}")


def signed(value: float, decimals: int) -> str:
    """With its sign, but for zero: "+1.50", "−1.50", "0.00"."""
    text = f"{value:+z.{decimals}f}"
    return _with_minus(text.removeprefix("+") if float(text) == 0 else text)


def significant(value: float, digits: int = 3) -> str:
    """In so many digits: "0.0123", "−12.3", "1.2e+05"."""
    return _with_minus(f"{value:z.{digits}g}")


def signed_significant(value: float, digits: int = 3) -> str:
    """In so many digits and with its sign, but for zero."""
    return ("+" if value > 0 else "") + significant(value, digits)


def percent(fraction: float, decimals: int = 1) -> str:
    """A fraction in [0, 1]: "99.4%"; a dash where it is NaN."""
    return NOTHING if math.isnan(fraction) else f"{fraction:.{decimals}%}"


def points(difference: float, decimals: int = 2) -> str:
    """A difference of two fractions, in percentage points: "−84.99 points"."""
    return _("{difference} points").format(difference=signed(100 * difference, decimals))


def _with_minus(text: str) -> str:
    return text.replace("-", MINUS)
