"""What is a number that can be computed with, wherever it comes from."""

import sys


def is_finite(value: object) -> bool:
    """Whether it is an int or a float, neither NaN nor infinite nor too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max
