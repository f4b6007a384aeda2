"""Callbacks that long work reports its progress to."""

from collections.abc import Callable
from typing import TypeAlias

OnCount: TypeAlias = Callable[[int, int], None]
"""Called with the number of parts done and the total."""

OnFraction: TypeAlias = Callable[[float], None]
"""Called with the fraction done, in [0, 1]."""


def ignore_count(done: int, total: int) -> None:
    """`OnCount` that does nothing."""


def ignore_fraction(fraction: float) -> None:
    """`OnFraction` that does nothing."""
